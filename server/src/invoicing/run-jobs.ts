import type { Handler } from '../jobs/tasks.ts';
import { failBilling, finishBilling } from './runActions.ts';
import { unfinishedRuns } from './runQueries.ts';

export const runJob: Handler = {
  async work(deployment, { id }) {
    return (await finishBilling(deployment, id)) ? 'done' : 'interrupted';
  },
  giveUp: (deployment, { id }, reason) => failBilling(deployment, id, reason),
  waiting: unfinishedRuns,
};
