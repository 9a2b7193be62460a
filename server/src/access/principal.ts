import type { Permission } from './permissions.ts';

/** Whoever asks: today an API key, later also a signed-in person. */
export type Principal = { id: string; name: string; permissions: ReadonlySet<Permission> };
