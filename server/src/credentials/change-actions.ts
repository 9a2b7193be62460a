import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, notFound } from '../lib/problem.ts';
import { type CredentialRow, findCredential, namingsOf, rangesOf } from './queries.ts';
import { nextNaming } from './rules.ts';
import { credentialToApi } from './schema.ts';

/** What every verb on a credential does: read it, see what it touches, write down what became of it. */

export type Changed = { result: CredentialRow; touched: Touched | Touched[] };

/** The credential with what is in force now, archived or not. */
export async function requireCredential(action: Action, id: string): Promise<CredentialRow> {
  const row = await findCredential(action.tx, id, action.now);
  if (row === undefined) throw notFound('credential', id);
  return row;
}

/** From when the ID can name a further credential; refused where it names one already. Never echoes the ID. */
export async function requireFree(
  action: Action,
  valueKey: number,
  from: Instant | undefined,
): Promise<Instant | null> {
  const naming = nextNaming(await namingsOf(action.tx, valueKey), from, action.now);
  if ('from' in naming) return naming.from;
  throw alreadyExists('A credential with this credential ID', '/credentialId', naming.takenBy);
}

/** All usage that claims one of its IDs, at or after an instant. */
export async function touchedBy(
  action: Action,
  id: string,
  from: Instant | null,
): Promise<Touched> {
  const ranges = await rangesOf(action.tx, id);
  return { credentialKeys: [...new Set(ranges.map((range) => range.value.value_key))], from };
}

/** Reads the row again and writes down what became of it. */
export async function auditChange(
  action: Action,
  verb: string,
  id: string,
  before: CredentialRow | null,
  asked: { change?: object; reason?: string | undefined } = {},
): Promise<CredentialRow> {
  const row = await requireCredential(action, id);
  await audit(action, {
    action: verb,
    resourceId: id,
    before: before && credentialToApi(before),
    after: { ...credentialToApi(row), ...(asked.change && { change: asked.change }) },
    reason: asked.reason,
  });
  return row;
}
