import { linkJob } from '../access/link-jobs.ts';
import { runJob } from '../invoicing/run-jobs.ts';
import { sendJob } from '../sending/send-jobs.ts';
import { redraftJob } from '../repair/redraft-jobs.ts';
import type { Handlers } from './tasks.ts';

/** Every task and what does it. */
export const handlers: Handlers = {
  'billing.run': runJob,
  'reattributions.redraft': redraftJob,
  'messages.send': sendJob,
  'links.send': linkJob,
};
