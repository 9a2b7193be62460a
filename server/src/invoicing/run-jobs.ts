import type { Handler } from '../jobs/tasks.ts';
import { failBilling, finishBilling } from './run-actions.ts';
import { unfinishedRuns } from './run-queries.ts';

export const runJob: Handler = {
  async work(deployment, { id }) {
    return (await finishBilling(deployment, id)) ? 'done' : 'interrupted';
  },
  giveUp: (deployment, { id }, reason) => failBilling(deployment, id, reason),
  waiting: unfinishedRuns,
};
