import type { Json, TestApp } from './app.ts';
import { listPriceOf, type ListedTokens } from '../../src/catalog/list-prices.ts';
import {
  add,
  type Decimal,
  decimal,
  larger,
  multiply,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import type { Instant } from '../../src/lib/instant.ts';

/**
 * What `/v1/usage` has to answer, from entries and events one by one: it knows of no hours, no spans and no SQL but to
 * read what there is.
 */
export type Oracle = {
  entries: Entry[];
  parents: Edge[];
  plans: Plan[];
  things: Map<string, Thing>;
  meters: Meter[];
};

type Entry = {
  eventId: string;
  at: Instant;
  sign: number;
  organization: string;
  subscriber: string | null;
  credential: string | null;
  subscription: string | null;
  source: string;
  measures: Record<string, string>;
  attributes: Record<string, string>;
  cost: string | null;
  currency: string | null;
};
type Edge = { id: string; parent: string; lo: Instant | null; hi: Instant | null };
type Plan = { id: string; product: string; lo: Instant | null; hi: Instant | null };
type Thing = { metadata: Record<string, string>; tags: string[] };
type Meter = {
  key: string;
  aggregation: string;
  measure: string | null;
  filter: Record<string, string | string[]>;
};

export async function readOracle(api: TestApp): Promise<Oracle> {
  const rows = async <T extends object>(text: string): Promise<T[]> =>
    (await api.database.pool.query<T>(text)).rows;
  const things = await rows<{ id: string; metadata: Record<string, string>; tags: string[] }>(`
    select id, metadata, tags from credentials union all select id, metadata, '{}' from organizations
    union all select id, metadata, '{}' from subscribers union all select id, metadata, '{}' from subscriptions`);
  return {
    entries: await rows<Entry>(`
      select a.event_id as "eventId", a.occurred_at as at, a.sign, a.organization_id as organization, a.subscriber_id as subscriber,
             a.credential_id as credential, a.subscription_id as subscription, e.source, e.measures, e.attributes,
             e.cost_amount as cost, e.cost_currency as currency
        from attributions a join events e on e.id = a.event_id`),
    parents: await rows<Edge>(
      `select organization_id as id, parent_id as parent, lower(valid) as lo, upper(valid) as hi from organization_parents where superseded_by is null`,
    ),
    plans: await rows<Plan>(`
      select t.subscription_id as id, p.product_id as product, lower(t.valid) as lo, upper(t.valid) as hi
        from subscription_plans t join plans p on p.id = t.plan_id where t.superseded_by is null order by lower(t.valid)`),
    things: new Map(things.map(({ id, ...thing }) => [id, thing])),
    meters: await rows<Meter>(`
      select m.key, v.aggregation, v.measure, v.filter from meters m
        join lateral (select * from meter_versions where meter_id = m.id order by version desc limit 1) v on true where m.archived_at is null`),
  };
}

const holds = ({ lo, hi }: { lo: Instant | null; hi: Instant | null }, at: Instant) =>
  (lo === null || lo <= at) && (hi === null || at < hi);

function lineage(oracle: Oracle, id: string, at: Instant): string[] {
  const edge = oracle.parents.find((each) => each.id === id && holds(each, at));
  return edge === undefined ? [id] : [id, ...lineage(oracle, edge.parent, at)];
}

export type Question = {
  from: Instant;
  to: Instant;
  groupBy: string[];
  interval?: string;
  timeZone?: string;
  filter: Record<string, string>;
  now: Instant;
};

/** Group → figures, each by a text that says all that tells it apart. */
export type Told = { quantities: Map<string, string>; costs: Map<string, string> };

export function answer(oracle: Oracle, question: Question): Told {
  const byMeter = question.groupBy.includes('meter') || question.filter['meter'] !== undefined;
  const chosen = oracle.entries.filter((entry) => isChosen(oracle, entry, question));
  return {
    quantities: byMeter ? metered(oracle, chosen, question) : measured(oracle, chosen, question),
    costs: costs(oracle, chosen, question),
  };
}

function isChosen(oracle: Oracle, entry: Entry, { from, to, filter, now }: Question): boolean {
  if (entry.at < from || entry.at >= to) return false;
  const f = (name: string, value: string | null) =>
    filter[name] === undefined || filter[name] === value;
  const organization = filter['organizationId'];
  const treeAt = filter['tree'] === 'current' ? now : entry.at;
  const isOf =
    organization === undefined ||
    (filter['rollUp'] === 'true'
      ? lineage(oracle, entry.organization, treeAt).includes(organization)
      : entry.organization === organization);
  const [attribute, value] = filter['attribute']?.split('=') ?? [];
  const tags = oracle.things.get(entry.credential ?? '')?.tags ?? [];
  return (
    isOf &&
    f('subscriberId', entry.subscriber) &&
    f('credentialId', entry.credential) &&
    f('subscriptionId', entry.subscription) &&
    f('source', entry.source) &&
    f('productId', productOf(oracle, entry)) &&
    (filter['tag'] === undefined || tags.includes(filter['tag'])) &&
    (attribute === undefined || entry.attributes[attribute] === value)
  );
}

function productOf(oracle: Oracle, { subscription, at }: Entry): string | null {
  const plans = oracle.plans.filter(({ id }) => id === subscription);
  return (plans.find((plan) => holds(plan, at)) ?? plans[0])?.product ?? null;
}

/** The groups that an entry is in: several where organizations roll up, or a credential has several tags. */
function groups(
  oracle: Oracle,
  entry: Entry,
  question: Question,
  own: Record<string, string | null>,
): string[] {
  const values = question.groupBy.map((grouping): (string | null)[] => {
    if (grouping in own) return [own[grouping] ?? null];
    const [kind = '', name = ''] = grouping.split(':');
    if (kind === 'attribute') return [entry.attributes[name] ?? null];
    if (kind === 'metadata') {
      const { credential, subscription, subscriber, organization } = entry;
      const said = [credential, subscription, subscriber, organization].map(
        (id) => oracle.things.get(id ?? '')?.metadata[name],
      );
      return [said.find((each) => each !== undefined) ?? null];
    }
    if (kind === 'tag') {
      const tags = oracle.things.get(entry.credential ?? '')?.tags ?? [];
      return tags.length === 0 ? [null] : tags;
    }
    if (kind === 'product') return [productOf(oracle, entry)];
    if (kind === 'organization' && question.filter['rollUp'] === 'true') {
      const treeAt = question.filter['tree'] === 'current' ? question.now : entry.at;
      const all = lineage(oracle, entry.organization, treeAt);
      const top = question.filter['organizationId'];
      return top === undefined ? all : all.slice(0, all.indexOf(top) + 1);
    }
    return [entry[kind as 'organization']];
  });
  const combined = values.reduce<(string | null)[][]>(
    (lists, some) => lists.flatMap((list) => some.map((value) => [...list, value])),
    [[]],
  );
  return combined.map((list) => JSON.stringify(list));
}

/** The day that a calendar in the zone shows; of a week its Monday, of a month its first, of an hour the hour of UTC. */
export function intervalKey(at: string, interval: string | undefined, timeZone = 'UTC'): string {
  if (interval === undefined) return '';
  if (interval === 'hour') return at.slice(0, 13);
  const local = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(
    Date.parse(at),
  );
  if (interval === 'month') return local.slice(0, 7);
  if (interval === 'day') return local;
  const day = new Date(`${local}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

class Sums {
  readonly totals = new Map<string, { quantity: Decimal; events: number }>();
  add(key: string, quantity: Decimal, events: number): void {
    const before = this.totals.get(key) ?? { quantity: zero, events: 0 };
    this.totals.set(key, {
      quantity: add(before.quantity, quantity),
      events: before.events + events,
    });
  }
  told(): Map<string, string> {
    const left = [...this.totals].filter(
      ([, { quantity, events }]) => events !== 0 || toText(quantity) !== '0',
    );
    return new Map(
      left.map(([key, { quantity, events }]) => [key, `${toText(quantity)} ${events}`]),
    );
  }
}

const signed = (entry: Entry, text: string) => multiply(decimal(text), decimal(String(entry.sign)));

function measured(oracle: Oracle, entries: Entry[], question: Question): Map<string, string> {
  const sums = new Sums();
  for (const entry of entries) {
    const interval = intervalKey(entry.at, question.interval, question.timeZone);
    for (const [measure, value] of Object.entries(entry.measures)) {
      if (question.filter['measure'] !== undefined && question.filter['measure'] !== measure)
        continue;
      for (const group of groups(oracle, entry, question, { measure }))
        sums.add(`${interval} ${group} ${measure}`, signed(entry, value), entry.sign);
    }
  }
  return sums.told();
}

function counts({ measure, filter }: Meter, entry: Entry): boolean {
  return (
    (measure === null || measure in entry.measures) &&
    Object.entries(filter).every(([name, wanted]) =>
      [wanted].flat().includes(entry.attributes[name] ?? '\0'),
    )
  );
}

function metered(oracle: Oracle, entries: Entry[], question: Question): Map<string, string> {
  const told = new Map<string, string>();
  for (const meter of oracle.meters) {
    const { measure, aggregation } = meter;
    if (question.filter['meter'] !== undefined && question.filter['meter'] !== meter.key) continue;
    if (question.filter['measure'] !== undefined && question.filter['measure'] !== measure)
      continue;
    const sums = new Sums();
    const values = new Map<string, Map<string, number>>();
    for (const entry of entries.filter((each) => counts(meter, each))) {
      const interval = intervalKey(entry.at, question.interval, question.timeZone);
      const value = measure === null ? '1' : (entry.measures[measure] ?? '0');
      for (const group of groups(oracle, entry, question, {
        meter: meter.key,
        measure: measure ?? '',
      })) {
        const key = `${interval} ${group} ${measure ?? ''}`;
        sums.add(key, signed(entry, aggregation === 'count' ? '1' : value), entry.sign);
        const held = values.get(key) ?? new Map<string, number>();
        const text = `${entry.eventId} ${value}`;
        held.set(text, (held.get(text) ?? 0) + entry.sign);
        values.set(key, held);
      }
    }
    for (const [key, said] of sums.told()) {
      const [, events] = said.split(' ');
      const there = [...(values.get(key) ?? [])]
        .filter(([, net]) => net > 0)
        .map(([text]) => text.split(' ')[1] ?? '0');
      if (aggregation === 'max')
        told.set(key, `${toText(there.map(decimal).reduce(larger))} ${events}`);
      else if (aggregation === 'unique') told.set(key, `${new Set(there).size} ${events}`);
      else told.set(key, said);
    }
  }
  return told;
}

function costs(oracle: Oracle, entries: Entry[], question: Question): Map<string, string> {
  const groupBy = question.groupBy.filter((each) => each !== 'meter' && each !== 'measure');
  const meter = oracle.meters.find(({ key }) => key === question.filter['meter']);
  const sums = new Sums();
  for (const entry of entries) {
    const { measure } = question.filter;
    if (measure !== undefined && !(measure in entry.measures)) continue;
    if (meter !== undefined && !counts(meter, entry)) continue;
    const interval = intervalKey(entry.at, question.interval, question.timeZone);
    const { source, currency, amount } = costOf(entry);
    for (const group of groups(oracle, entry, { ...question, groupBy }, {}))
      sums.add(`${interval} ${group} ${source} ${currency}`, signed(entry, amount), entry.sign);
  }
  return sums.told();
}

const listed = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
] as const;

function costOf({ cost, currency, measures, attributes, at }: Entry) {
  if (cost !== null && currency !== null) return { source: 'event', currency, amount: cost };
  const none = { source: 'none', currency: null, amount: '0' };
  const model = attributes['model'];
  if (model === undefined || !listed.some((name) => name in measures)) return none;
  const tokens = Object.fromEntries(
    listed.map((name) => [name, decimal(measures[name] ?? '0')]),
  ) as ListedTokens;
  const longInput =
    Number(measures['input_tokens'] ?? 0) > 100_000
      ? decimal(measures['input_tokens'] ?? '0')
      : null;
  const day = `${at.slice(0, 10)}T00:00:00.000000Z` as Instant;
  const price = listPriceOf(
    { provider: attributes['provider'] ?? null, model, day, longInput },
    tokens,
  );
  return price === null ? none : { source: 'list', currency: 'USD', amount: toText(price) };
}

/** What the API answered, in the words of the oracle. */
export function asTold(
  answered: Json,
  question: Question,
  keys: (grouping: string) => string,
): Told {
  const place = (row: Json, groupBy: string[]) =>
    `${row.start === null ? '' : intervalKey(row.start, question.interval, question.timeZone)} ${JSON.stringify(groupBy.map((each) => row.group[keys(each)]))}`;
  const ofCosts = question.groupBy.filter((each) => each !== 'meter' && each !== 'measure');
  return {
    quantities: new Map(
      answered.items.map((row: Json) => [
        `${place(row, question.groupBy)} ${row.measure}`,
        `${row.quantity} ${row.events}`,
      ]),
    ),
    costs: new Map(
      answered.costs.map((row: Json) => [
        `${place(row, ofCosts)} ${row.source} ${row.currency}`,
        `${row.amount ?? '0'} ${row.events}`,
      ]),
    ),
  };
}
