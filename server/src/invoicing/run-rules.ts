export const runStatuses = ['queued', 'running', 'succeeded', 'failed'] as const;

/** Somebody will begin it, or go on with it. */
export const unfinished = ['queued', 'running'] as const;

export function isUnfinished(status: string): boolean {
  return (unfinished as readonly string[]).includes(status);
}
