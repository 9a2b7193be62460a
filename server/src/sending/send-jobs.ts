import type { Handler } from '../jobs/tasks.ts';
import { queuedMessages } from './queries.ts';
import { giveUpMessage, sendMessage } from './send-actions.ts';

export const sendJob: Handler = {
  async work(deployment, { id }, { isLast }) {
    await sendMessage(deployment, id, isLast);
    return 'done';
  },
  giveUp: (deployment, { id }, reason) => giveUpMessage(deployment, id, reason),
  waiting: queuedMessages,
};
