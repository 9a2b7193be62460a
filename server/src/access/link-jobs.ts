import type { Handler } from '../jobs/tasks.ts';
import { giveUpLink, sendLink } from './link-mail-actions.ts';
import { queuedLinks } from './link-queries.ts';

export const linkJob: Handler = {
  async work(deployment, { id }, { isLast }) {
    await sendLink(deployment, id, isLast);
    return 'done';
  },
  giveUp: (deployment, { id }, reason) => giveUpLink(deployment, id, reason),
  waiting: queuedLinks,
};
