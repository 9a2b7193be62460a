/**
 * Asks `check` again and again until it answers something, or until the time is up (then `undefined`).
 * For conditions in other processes, which offer nothing to wait on.
 */
export async function until<T>(
  timeoutMs: number,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    const answer = await check();
    if (answer !== undefined) return answer;
    if (performance.now() >= endMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
