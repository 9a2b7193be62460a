import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveMonths } from '../../src/archive/actions.ts';
import type { Manifest } from '../../src/archive/rules.ts';
import { advanceChecks } from '../../src/checks/actions.ts';
import { currentPosition } from '../../src/db/act.ts';
import { connect, type Database } from '../../src/db/connect.ts';
import { createRun, finishBilling } from '../../src/invoicing/run-actions.ts';
import { rebuildUnclassified } from '../../src/unclassified/fold-actions.ts';
import { foldUsage, rebuildUsage, rebuildWhereAsked } from '../../src/usage/fold-actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

/**
 * A year-old month goes to files. What was issued for it, usage by the hour and dedupe stay as they were; nothing more
 * is recorded in it, moved or billed. Acme's service periods are months; those of Mid run from the 15th to the 15th, so
 * that one reaches into what is archived.
 */

let api: TestApp;
let owner: Database;
let superuser: pg.Client;
let folder: string;
let acme: Json;
let mid: Json;
let key: Json;
let planId: string;

const post = (path: string, body?: object): Promise<Json> => api.ok('POST', `/v1/${path}`, body);
const event = (id: string, time: string, tokens: number, claim: object) => ({
  id,
  time,
  measures: { tokens, requests: 1 },
  attributes: { region: tokens % 2 === 0 ? 'eu' : 'us', model: 'gpt-5' },
  ...claim,
});
const withKey = { credential: 'sk-acme' };
const october = [
  event('o1', '2025-10-03T10:20:00Z', 1000, withKey),
  event('o2', '2025-10-20T23:59:59.999999Z', 501, withKey),
  event('nobody', '2025-10-21T00:00:00Z', 7, { credential: 'sk-nobody' }),
];

const archive = (before = '2025-11'): Promise<Manifest[]> =>
  archiveMonths({ database: owner, clock: api.deployment.clock, directory: folder, before });
const refusal = async (before?: string): Promise<string> =>
  archive(before).then(
    () => 'nothing was refused',
    (error: Error) => error.message,
  );

async function bill(period: string): Promise<void> {
  expect((await post('billing-runs', { period })).status).toBe('succeeded');
}
async function issueAll(): Promise<void> {
  const { items } = await api.ok('GET', '/v1/invoices?status=draft');
  for (const { id } of items.toReversed()) await post(`invoices/${id}/finalize`);
}

beforeAll(async () => {
  api = await testApp();
  owner = connect({ url: api.database.url, role: 'owner', connectionsMax: 4 });
  superuser = await adminClient(api.database.url);
  await superuser.query(`set search_path = customary, public; set timezone = 'UTC'`);
  folder = mkdtempSync(join(tmpdir(), 'customary-archive-'));
  api.setClock('2025-10-01T00:00:00Z');
  acme = await post('organizations', { name: 'Acme' });
  mid = await post('organizations', { name: 'Mid' });
  const subscriber = await post('subscribers', {
    email: 'ada@acme.example',
    organizationIds: [acme.id, mid.id],
  });
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const { id: productId } = await post('products', { name: 'API' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }];
  const fees = [{ name: 'Platform', amount: '10.00', timing: 'arrears' }];
  planId = (await post('plans', { productId, name: 'Metered', charges, fees })).id;
  await post('subscriptions', { organizationId: acme.id, planId });
  api.setClock('2025-10-15T00:00:00Z');
  await post('subscriptions', { organizationId: mid.id, planId });
  const names = { name: 'Key', subscriberId: subscriber.id };
  key = await post('credentials', { ...names, organizationId: acme.id, credentialId: 'sk-acme' });
  api.setClock('2025-11-01T06:00:00Z');
  await post('events', october);
  await post('events', { ...october[0], measures: { tokens: 999 } });
  await post('events', event('m1', '2025-10-16T00:00:00Z', 300, { organization: mid.id }));
  await post('events', event('given', '2025-10-17T00:00:00Z', 40, { organization: mid.id }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await superuser.end();
  await owner.close();
  await api.close();
});

describe('a month that something still needs is refused', () => {
  it('while it is younger than a year', async () => {
    api.setClock('2026-10-31T23:59:59Z');
    expect(await refusal()).toContain('ask for those before 2025-10');
    api.setClock('2026-11-01T00:00:00Z');
    expect(await refusal()).not.toContain('ask for those before');
    api.setClock('2025-11-02T00:00:00Z');
  });

  it('while its usage is not billed', async () => {
    const later = api.now();
    api.setClock('2026-11-15T00:00:00Z');
    expect(await refusal()).toContain('usage in it has not been billed');
    api.setClock(later);
  });

  it('while a draft bills it', async () => {
    await bill('2025-10');
    api.setClock('2025-12-02T00:00:00Z');
    await post('events', event('m2', '2025-11-10T00:00:00Z', 100, { organization: mid.id }));
    await post('events', event('n1', '2025-11-20T00:00:00Z', 60, withKey));
    await bill('2025-11');
    api.setClock('2026-11-15T00:00:00Z');
    expect(await refusal()).toContain('drafts bill usage of it: inv_');
    await issueAll();
  });

  it('while late usage of it, or a correction, waits for the next run', async () => {
    await post('events', event('late', '2025-10-05T00:00:00Z', 11, withKey));
    const given = {
      selection: {
        organizationId: mid.id,
        to: '2025-10-18T00:00:00Z',
        from: '2025-10-17T00:00:00Z',
      },
    };
    const { id } = await post('reattributions', { ...given, owner: { organizationId: acme.id } });
    await post(`reattributions/${id}/apply`);
    expect(await refusal()).toContain('usage in it has not been billed');
    await bill('2026-10');
    expect(await refusal()).toContain('drafts bill usage of it');
    await issueAll();
  });

  it('while a run is under way', async () => {
    const position = await currentPosition(api.database);
    const { id } = await api.act((action) => createRun(action, { period: '2026-10' }, position));
    expect(await refusal()).toContain(`a billing run is under way: ${id}`);
    await finishBilling(api.deployment, id);
  });

  it('while a check fails', async () => {
    await superuser.query(`set session_replication_role = replica`);
    await superuser.query(`update usage_hours set events = events + 1 where measure = 'tokens'`);
    await api.ok('GET', '/v1/checks?complete=true');
    expect(await refusal()).toContain('the checks do not hold (derivedUsage)');
    await superuser.query(`update usage_hours set events = events - 1 where measure = 'tokens'`);
    await superuser.query(`set session_replication_role = origin`);
    const { checks } = await api.ok('GET', '/v1/checks?complete=true');
    expect(checks.filter(({ ok }: Json) => !ok)).toEqual([]);
  });
});

describe('an archived month', () => {
  const asked = 'from=2025-09-01T00:00:00Z&to=2025-12-01T00:00:00Z';
  let before: Record<string, string>;
  let eventIds: Record<string, string>;
  let lines: Json[];

  /** All that customers and their invoices say, byte for byte, as it was known then. */
  async function everything(knownAt: number): Promise<Record<string, string>> {
    const { items } = await api.ok('GET', '/v1/invoices');
    const paths = [
      ...items.flatMap(({ id }: Json) => [`invoices/${id}`, `invoices/${id}/pdf`]),
      ...[acme, mid].map(
        ({ id }) => `statements/${id}?asOf=2026-11-15T00:00:00Z&knownAt=${knownAt}`,
      ),
      `usage?${asked}&groupBy=organization&interval=day`,
      `usage?${asked}&groupBy=credential,attribute:model&figures=quantity,cost`,
      `usage?${asked}&figures=amount&groupBy=organization`,
    ];
    const answers: [string, string][] = [];
    for (const path of paths) {
      const { statusCode, rawPayload } = await api.app.inject({
        url: `/v1/${path}`,
        headers: { authorization: `Bearer ${await adminKey}` },
      });
      expect(statusCode, `${path}: ${rawPayload.toString('utf8', 0, 300)}`).toBe(200);
      answers.push([path, createHash('sha256').update(rawPayload).digest('hex')]);
    }
    return Object.fromEntries(answers);
  }
  let adminKey: Promise<string>;
  let knownAt: number;
  let figures: Json;

  const figuresOf = async (complete: boolean) => {
    const { checks } = await api.ok('GET', `/v1/checks?complete=${complete}`);
    expect(checks.flatMap(({ problems }: Json) => problems)).toEqual([]);
    return checks.map(({ name, figures: counted }: Json) => [name, counted]);
  };
  const counted = (all: Json) =>
    all.filter(([name]: [string]) => name !== 'twoClocks' && name !== 'derivedUsage');

  beforeAll(async () => {
    adminKey = api.key('admin');
    const invoices = (await api.ok('GET', '/v1/invoices')).items;
    const shown = await Promise.all(
      invoices.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)),
    );
    lines = shown.flatMap((invoice: Json) => invoice.lines);
    const { items } = await api.ok('GET', '/v1/events?limit=200');
    eventIds = Object.fromEntries(items.map((row: Json) => [row.clientId, row.id]));
    await foldUsage(api.database);
    await rebuildUnclassified(api.database);
    knownAt = (await api.ok('GET', '/v1/checks')).position;
    figures = counted(await figuresOf(true));
    before = await everything(knownAt);
  });

  it('is written to files that say what was in it, and dropped', async () => {
    expect(await api.ok('GET', '/v1/unclassified')).toMatchObject({ items: [{ events: 1 }] });
    const [manifest, ...rest] = await archive();
    expect(rest).toEqual([]);
    expect(manifest).toMatchObject({
      month: '2025-10',
      events: 6,
      attributed: 5,
      unclassified: 1,
      corrections: 1,
      entries: 8,
      usage: { '': { events: 6 }, tokens: { events: 6, quantity: '1859' } },
    });
    expect(readdirSync(folder).toSorted()).toEqual([
      'archive-2025-10.json',
      'attributions-2025-10.csv.gz',
      'events-2025-10.csv.gz',
    ]);
    const kept = JSON.parse(readFileSync(join(folder, 'archive-2025-10.json'), 'utf8'));
    expect(kept).toEqual(manifest);
    for (const { file, rows, sizeBytes, sha256 } of kept.files) {
      const bytes = readFileSync(join(folder, file));
      expect(bytes.length).toBe(sizeBytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(gunzipSync(bytes).toString().trimEnd().split('\n')).toHaveLength(rows + 1);
    }
    const text = gunzipSync(readFileSync(join(folder, 'events-2025-10.csv.gz'))).toString();
    expect(text, 'a live key is in no export').not.toContain('sk-acme');
    const { rows } = await superuser.query(
      `select to_regclass('events_2025_10') as events, to_regclass('attributions_2025_10') as entries, to_regclass('events_2025_11')::text as next`,
    );
    expect(rows).toEqual([{ events: null, entries: null, next: 'events_2025_11' }]);
    const { items } = await api.ok('GET', '/v1/audit-log?resourceId=2025-10');
    expect(items).toMatchObject([{ action: 'archive.month', actor: 'system' }]);
  });

  it('is archived once', async () => expect(await archive()).toEqual([]));

  it('leaves invoices, their PDFs, statements and usage as they were, byte for byte', async () => {
    expect(await everything(knownAt)).toEqual(before);
  });

  it('is counted by the checks as before, and none fails, over what is new and over everything', async () => {
    expect(counted(await figuresOf(false))).toEqual(figures);
    expect(counted(await figuresOf(true))).toEqual(figures);
    await advanceChecks(api.deployment);
    expect(counted(await figuresOf(false))).toEqual(figures);
  });

  it('is missed by the checks where its hours or its keys are not what they were', async () => {
    await superuser.query(`set session_replication_role = replica`);
    const failing = async () =>
      (await api.ok('GET', '/v1/checks?complete=true')).checks.flatMap(({ problems }: Json) =>
        problems.map(({ row }: Json) => row),
      );
    await superuser.query(
      `update usage_hours set quantity = quantity + 1 where hour = '2025-10-16T00:00:00Z' and measure = 'tokens'`,
    );
    expect(await failing()).toEqual(['usage_hours 2025-10']);
    await superuser.query(
      `update usage_hours set quantity = quantity - 1 where hour = '2025-10-16T00:00:00Z' and measure = 'tokens'`,
    );
    await superuser.query(
      `create temporary table kept as select * from event_keys where client_id = 'm1'`,
    );
    await superuser.query(`delete from event_keys where client_id = 'm1'`);
    expect(await failing()).toContain('archived_months');
    await superuser.query(`insert into event_keys select * from kept`);
    await superuser.query(`set session_replication_role = origin`);
    expect(await failing()).toEqual([]);
  });

  it('refuses late events and keeps them as rejects; what is known is a duplicate or a conflict still', async () => {
    const late = event('too-late', '2025-10-31T23:59:59Z', 1, withKey);
    const alone = await api.call('POST', '/v1/events', late);
    expect(alone.status).toBe(400);
    expect(alone.body.errors).toMatchObject([{ code: 'time_archived', pointer: '/time' }]);
    expect(alone.body.detail).toContain('Usage before 2025-11-01 was archived');
    const much = [
      ...october,
      { ...october[1], measures: { tokens: 1 } },
      late,
      event('earlier', '2024-02-01T00:00:00Z', 1, {}),
      event('in-time', '2025-11-01T00:00:00Z', 0, { organization: acme.id }),
    ];
    expect(await post('events', much)).toMatchObject({
      accepted: 1,
      duplicates: 3,
      conflicts: [{ index: 3, id: 'o2' }],
      rejected: [
        { index: 4, code: 'time_archived' },
        { index: 5, code: 'time_archived' },
      ],
    });
    const { items } = await api.ok('GET', '/v1/rejects?code=time_archived');
    expect(items).toHaveLength(3);
    await post('rejects/replay', { filter: { code: 'time_archived' } });
    expect(await figuresOf(true)).toBeTruthy();
  });

  it('is refused by the database, too', async () => {
    await superuser.query(
      `select ensure_event_partitions(array['2025-10-01', '2024-02-01']::date[])`,
    );
    await expect(
      superuser.query(
        `insert into events (id, occurred_at, journal_id, source, client_id, measures) values ('evt_1', '2025-10-05', 1, '', 'x', '{}')`,
      ),
    ).rejects.toThrow(/no partition/);
  });

  it('says where its events are', async () => {
    for (const path of [
      `events/${eventIds['o1']}`,
      `events/${eventIds['o1']}/trace`,
      'events?clientId=o1',
    ]) {
      const { status, body } = await api.call('GET', `/v1/${path}`);
      expect([status, body.code], path).toEqual([410, 'gone']);
      expect(body.detail).toContain('events-2025-10.csv.gz');
      expect(body.files).toHaveLength(2);
    }
    const unknown = await api.call('GET', '/v1/events?clientId=never');
    expect(unknown.body.items).toEqual([]);
    const line = lines.find(({ kind, periodStart }) => kind === 'usage' && periodStart < '2025-11');
    const events = await api.call('GET', `/v1/invoice-lines/${line.id}/events`);
    expect([events.status, events.body.archivedBefore]).toEqual([
      410,
      '2025-11-01T00:00:00.000000Z',
    ]);
  });

  it('answers usage by whole hours, and nothing that only events could tell', async () => {
    const ask = (query: string) =>
      api.call('GET', `/v1/usage?to=2025-11-01T00:00:00Z&${query}`).then(({ status }) => status);
    expect(await ask('from=2025-10-03T10:00:00Z')).toBe(200);
    expect(await ask('from=2025-10-03T10:10:00Z')).toBe(410);
    // An attribute that is looked at since: hours are made anew to tell it apart, but not of what is archived.
    await post('meters', {
      key: 'eu',
      aggregation: 'sum',
      measure: 'tokens',
      filter: { region: 'eu' },
    });
    await foldUsage(api.database);
    await rebuildWhereAsked(api.database);
    expect(await ask('from=2025-10-01T00:00:00Z&groupBy=attribute:region')).toBe(410);
    const later =
      'from=2025-11-01T00:00:00Z&to=2025-12-01T00:00:00Z&figures=quantity,cost&groupBy=attribute:region';
    expect((await api.call('GET', `/v1/usage?${later}`)).status).toBe(200);
  });

  it('is left alone by a rebuild', async () => {
    const whole = `/v1/usage?from=2025-10-01T00:00:00Z&to=2025-11-01T00:00:00Z&groupBy=organization`;
    const was = await api.ok('GET', whole);
    expect(await rebuildUsage(api.database)).toMatchObject({ rowsMended: 0 });
    await rebuildUnclassified(api.database);
    expect(await api.ok('GET', whole)).toEqual(was);
    expect((await api.ok('GET', '/v1/unclassified')).items).toEqual([]);
    await figuresOf(true);
  });

  it('cannot be moved, billed over, or have what bills it voided', async () => {
    const owned = { organizationId: acme.id };
    const inOctober = { organizationId: mid.id, from: '2025-10-16T00:00:00Z' };
    const [invoice] = (
      await api.ok('GET', `/v1/invoices?organizationId=${acme.id}`)
    ).items.toReversed();
    const moved = (await api.ok('GET', '/v1/reattributions')).items[0];
    const refused: [string, object][] = [
      ['reattributions', { selection: inOctober, owner: owned }],
      [
        'reattributions',
        { selection: { eventIds: [eventIds['o1']] }, owner: { organizationId: mid.id } },
      ],
      [`reattributions/${moved.id}/undo`, {}],
      ['subscriptions', { ...owned, planId, startAt: '2025-10-20T00:00:00Z' }],
      [`invoices/${invoice.id}/void`, {}],
    ];
    for (const [path, body] of refused) {
      const { status, body: problem } = await api.call('POST', `/v1/${path}`, body);
      expect([status, problem.code], `${path}: ${problem.detail}`).toEqual([409, 'invalid_state']);
      expect(problem.detail).toContain('Usage before 2025-11-01 was archived');
    }
  });

  it('holds a service period that reaches into it as it was billed, beyond its own end', async () => {
    const late = {
      organizationId: mid.id,
      from: '2025-11-02T00:00:00Z',
      to: '2025-11-14T00:00:00Z',
    };
    const { status, body } = await api.call('POST', '/v1/reattributions', {
      selection: late,
      owner: { organizationId: acme.id },
    });
    expect([status, body.code]).toEqual([409, 'invalid_state']);
    expect(body.detail).toContain('stands as it was billed until 2025-11-15');
    const { items } = await api.ok('GET', `/v1/subscriptions?organizationId=${mid.id}`);
    const path = `/v1/subscriptions/${items[0].id}/cancel`;
    const early = await api.call('POST', path, { endAt: '2025-11-10T00:00:00Z' });
    expect([early.status, early.body.code], early.text).toEqual([409, 'invalid_state']);
  });

  it('has nothing on the next run, though its customers change and owners move', async () => {
    await post(`credentials/${key.id}/move`, {
      organizationId: mid.id,
      from: '2025-10-10T00:00:00Z',
    });
    await post(`organizations/${mid.id}/bill-to`, {
      billTo: acme.id,
      from: '2025-10-01T00:00:00Z',
    });
    api.setClock('2026-12-02T00:00:00Z');
    await bill('2026-11');
    const { items } = await api.ok('GET', '/v1/invoices?status=draft');
    const drafts = await Promise.all(
      items.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)),
    );
    const touching = drafts
      .flatMap((invoice: Json) => invoice.lines)
      .filter((line: Json) => line.periodStart < '2025-11-01' && line.meter !== null);
    expect(touching).toEqual([]);
    await issueAll();
    await figuresOf(true);
  });
});
