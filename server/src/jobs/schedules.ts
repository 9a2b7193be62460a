import type { Deployment } from '../db/deployment.ts';
import { finalizeBySchedule } from '../invoicing/finalize-actions.ts';
import { billBySchedule } from '../invoicing/schedule-actions.ts';
import { remindBySchedule, sendIssuedBySchedule } from '../sending/reminder-actions.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 60_000;

/** Looks once a minute whether the clock asks for something. Several processes may; each thing is asked for once. */
export function followSchedules(deployment: Deployment): { stop(): Promise<void> } {
  return repeat(EVERY_MS, deployment.log, async () => {
    await billBySchedule(deployment);
    await finalizeBySchedule(deployment);
    await sendIssuedBySchedule(deployment);
    await remindBySchedule(deployment);
  });
}
