import { advanceChecks } from '../checks/actions.ts';
import type { Deployment } from '../db/deployment.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 60_000;

/** Proves once a minute what has been recorded since, so that `GET /v1/checks` has little left to look at. */
export function followChecks(deployment: Deployment): { stop(): Promise<void> } {
  const { log, stopping } = deployment;
  return repeat(EVERY_MS, log, async () => {
    try {
      await advanceChecks(deployment);
    } catch (error) {
      if (stopping?.aborted !== true) throw error; // it was ended
    }
  });
}
