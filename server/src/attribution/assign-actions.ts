import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Instant } from '../lib/instant.ts';
import type { Claim, Directory, SubscriptionFacts } from './facts.ts';
import { answersAsked, insertAnswers } from './moving-queries.ts';
import { fillMoving } from './select-queries.ts';
import type { Attribution, UnbilledReason } from './outcome.ts';
import { loadDirectory } from './queries.ts';
import type { NewOwner, Selection } from './selection.ts';
import { sentenceOfAssignment } from './sentences.ts';
import { chooseSubscription, standingAt } from './subscription-choice.ts';

/**
 * Usage that is given to somebody by hand. Which subscription it falls to is decided by the same pure rules as for
 * usage that is recorded, once for each *class*: events between the same two changes of ownership that say the same
 * as far as the choice depends on it. So a million events cost a few decisions.
 */

/** `id`: of the re-attribution, for the sentence that is kept with each event. */
export type Assignment = { readonly id: string; readonly owner: NewOwner };

type Class = {
  measures: string[];
  product: string | null;
  attributes: Record<string, string>;
  subscriptionId: string | null;
};

/** Selects and decides; answers how many events are selected. */
export async function prepareAssignment(
  action: Action,
  selection: Selection,
  assignment: Assignment,
  options: { position: number | null; limit: number },
): Promise<number> {
  const { tx } = action;
  const { owner } = assignment;
  const known = await directoryOf(action, owner, []);
  const answer = owner.subscriptionId === undefined ? classOf(known) : stretchOf(known);
  const selected = await fillMoving(tx, selection, { ...options, answer });
  const asked = await answersAsked(tx);
  const classes = asked.map((each) => ({ ...each, ...parseClass(each.answer) }));
  const products = classes.flatMap(({ product }) => product ?? []);
  const directory = products.length === 0 ? known : await directoryOf(action, owner, products);
  const answers = classes.map((each) => ({
    answer: each.answer,
    attribution: attributionOf(assignment, decide(owner, each, directory)),
  }));
  await insertAnswers(tx, answers, owner);
  return selected;
}

const NOTHING: Claim = {
  occurredAt: '' as Instant,
  credentialKey: null,
  subscription: null,
  subscriber: null,
  organization: null,
  product: null,
  measures: [],
  attributes: {},
  recorded: null,
};

/** All that deciding for this owner needs: as for events that name it, and these products. */
async function directoryOf(
  action: Action,
  { organizationId, subscriptionId }: NewOwner,
  products: readonly string[],
): Promise<Directory> {
  const owner = { ...NOTHING, organization: organizationId, subscription: subscriptionId ?? null };
  const claims = [owner, ...products.map((product) => ({ ...NOTHING, product }))];
  const loaded = await loadDirectory(action.tx, claims);
  return { ...loaded, justCreated: { credentialKeys: new Set(), subscribers: new Set() } };
}

type Choice = { subscriptionId: string } | { unbilledReason: UnbilledReason };

function decide(
  owner: NewOwner,
  each: Class & { sampleAt: Instant },
  directory: Directory,
): Choice {
  const { subscriptionId } = owner;
  if (subscriptionId !== undefined) {
    const subscription = directory.subscriptions.get(subscriptionId);
    const standing =
      subscription === undefined ? 'subscription_ended' : standingAt(subscription, each.sampleAt);
    return standing === 'active' ? { subscriptionId } : { unbilledReason: standing };
  }
  const { measures, product, attributes } = each;
  const recorded = { ...UNDECIDED, subscriptionId: each.subscriptionId };
  const claim = { ...NOTHING, occurredAt: each.sampleAt, measures, product, attributes, recorded };
  return chooseSubscription(claim, owner.organizationId, directory);
}

const UNDECIDED: Attribution = {
  credentialId: null,
  bindingId: null,
  subscriberId: null,
  organizationId: '',
  subscriptionId: null,
  rule: 'reattributed',
  reasons: [],
  unbilledReason: null,
  claimConflicts: [],
  sentence: '',
};

function attributionOf({ id, owner }: Assignment, choice: Choice): Attribution {
  const unbilledReason = 'unbilledReason' in choice ? choice.unbilledReason : null;
  return {
    ...UNDECIDED,
    credentialId: owner.credentialId ?? null,
    subscriberId: owner.subscriberId ?? null,
    organizationId: owner.organizationId,
    subscriptionId: 'subscriptionId' in choice ? choice.subscriptionId : null,
    unbilledReason,
    sentence: sentenceOfAssignment(id, unbilledReason),
  };
}

// Classes ----------------------------------------------------------------------------------------

/** The stretch of time between two changes, as a number. */
function stretch(directory: Directory): RawBuilder<unknown> {
  const cuts = cutsOf(directory);
  return cuts.length === 0 ? sql`0` : sql`width_bucket(a.occurred_at, ${cuts}::timestamptz[])`;
}

function stretchOf(directory: Directory): RawBuilder<unknown> {
  return sql`jsonb_build_array(${stretch(directory)})::text`;
}

/** Stretch, priced measures, claimed product, present subscription, and the attributes that meters filter by. */
function classOf(directory: Directory): RawBuilder<unknown> {
  const prices = [...directory.subscriptions.values()].flatMap(pricesOf);
  const measures = [...new Set(prices.flatMap(({ measure }) => measure ?? []))];
  const wanted = new Map<string, Set<string>>();
  for (const [name, values] of prices.flatMap(({ filter }) => Object.entries(filter)))
    wanted.set(name, new Set([...(wanted.get(name) ?? []), ...[values].flat()]));
  const attributes = [...wanted].map(
    ([name, values]) =>
      sql`${name}::text, case when e.attributes ->> ${name} = any(${[...values]}::text[]) then e.attributes ->> ${name} end`,
  );
  return sql`jsonb_build_array(${stretch(directory)},
    (select coalesce(jsonb_agg(k), '[]') from unnest(${measures}::text[]) k where e.measures ? k),
    e.product_claim, a.subscription_id, jsonb_strip_nulls(jsonb_build_object(${sql.join(attributes)})))::text`;
}

function parseClass(answer: string): Class {
  const [, measures = [], product = null, subscriptionId = null, attributes = {}] = JSON.parse(
    answer,
  ) as [number, string[]?, (string | null)?, (string | null)?, Record<string, string>?];
  return { measures, product, subscriptionId, attributes };
}

function pricesOf({ plans }: SubscriptionFacts) {
  return plans.flatMap((plan) => plan.value.prices);
}

/** Every instant at which an answer may turn into another. */
function cutsOf({ organizations, subscriptions }: Directory): Instant[] {
  const rows = [
    ...[...organizations.values()].flatMap(({ parents, aliases, merged }) => [
      ...parents,
      ...aliases,
      ...merged,
    ]),
    ...[...subscriptions.values()].flatMap(({ startAt, endAt, pauses, plans }) => [
      { from: startAt, to: endAt },
      ...pauses,
      ...plans,
    ]),
  ];
  const cuts = rows.flatMap(({ from, to }) => [from, to]).filter((at) => at !== null);
  return [...new Set(cuts)].toSorted();
}
