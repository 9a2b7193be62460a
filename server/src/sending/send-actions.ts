import { act, type Action } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { holding } from '../db/hold.ts';
import { mailOf, whyNot } from './mail-actions.ts';
import { findMessage, insertAttempt, updateMessage } from './queries.ts';
import { judgeFailure } from './rules.ts';
import { deliver } from './smtp-actions.ts';

/**
 * Sends a queued message, once it is this process's turn, and writes down what came of it. A throw asks for another
 * attempt. Where the process dies between the server's answer and the commit, the message is sent again: under the same
 * Message-ID, by which mail programs and people recognise it. No order of the two steps avoids both loss and copies.
 */
export async function sendMessage(
  deployment: Deployment,
  id: string,
  isLast: boolean,
): Promise<void> {
  let failure: Error | undefined;
  const held = await holding(deployment.database, `customary.message.${id}`, async () => {
    failure = await sendHeld(deployment, id, isLast);
  });
  if (!held) throw new Error('Another worker is sending it.');
  if (failure !== undefined) throw failure;
}

async function sendHeld(
  deployment: Deployment,
  id: string,
  isLast: boolean,
): Promise<Error | undefined> {
  const { database, clock, mail } = deployment;
  const message = await findMessage(database.db, id);
  if (message === undefined || message.status !== 'queued') return undefined;
  const refusal = await whyNot(database.db, mail, message);
  if (mail === undefined || refusal !== null) {
    await updateMessage(database.db, id, clock(), { status: 'not_sent', reason: refusal });
    return undefined;
  }
  const written = await mailOf(deployment, mail, message);
  let response: string;
  try {
    response = await deliver(mail, written);
  } catch (error) {
    const { permanent, detail } = judgeFailure(error);
    const forGood = permanent || isLast;
    await record(deployment, (action) => markFailed(action, id, detail, forGood));
    deployment.log.warn({ message: id, detail, forGood }, 'a message could not be sent');
    return forGood ? undefined : new Error(detail);
  }
  await record(deployment, (action) => markSent(action, id, response));
  return undefined;
}

function record(
  { database, clock }: Deployment,
  work: (action: Action) => Promise<void>,
): Promise<void> {
  return act(database, clock, { kind: 'messages.attempt', actor: 'system' }, work);
}

async function markSent(action: Action, id: string, detail: string): Promise<void> {
  await insertAttempt(action, { message_id: id, outcome: 'sent', detail });
  const change = { status: 'sent', reason: null, sent_at: action.now, tried: true } as const;
  await updateMessage(action.tx, id, action.now, change);
}

async function markFailed(
  action: Action,
  id: string,
  detail: string,
  forGood: boolean,
): Promise<void> {
  await insertAttempt(action, { message_id: id, outcome: 'failed', detail });
  const status = forGood ? 'failed' : 'queued';
  await updateMessage(action.tx, id, action.now, { status, reason: detail, tried: true });
}

/** Closes a message whose job has failed for good without a word from the mail server. */
export async function giveUpMessage(
  { database, clock }: Deployment,
  id: string,
  reason: string,
): Promise<void> {
  const message = await findMessage(database.db, id);
  if (message?.status !== 'queued') return;
  await updateMessage(database.db, id, clock(), { status: 'failed', reason });
}
