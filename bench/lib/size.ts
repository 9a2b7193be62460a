export type Size = 'quick' | 'full';
