import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, roles, type Role } from '../../src/access/permissions.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { operationsOf } from '../support/operations.ts';
import { type Browser, signedInAs } from '../support/people.ts';

/**
 * Every operation of the document × every role: the committed table (docs/reference/roles.gen.md) is what the running
 * app does, and the rules of each role, written down here by hand, are what the table says (issue 5).
 */
const text = readFileSync(new URL('../../../docs/reference/roles.gen.md', import.meta.url), 'utf8');

type Row = { id: string; permission: Permission; allowed: Role[] };

const table: Row[] = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, id = '', permission = '', ...cells] = line.split('|').map((cell) => cell.trim());
    return {
      id: id.replaceAll('`', ''),
      permission: permission.replaceAll('`', '') as Permission,
      allowed: roles.filter((_, i) => cells[i] === 'yes'),
    };
  });

const allowedTo = (role: Role) => table.filter(({ allowed }) => allowed.includes(role));
const verbOf = ({ permission }: Row) => permission.split('.')[1] ?? '';
const resourceOf = ({ permission }: Row) => permission.split('.')[0] ?? '';
const reads = (row: Row) => verbOf(row).startsWith('read');

let api: TestApp;
const browsers = new Map<Role, Browser>();

beforeAll(async () => {
  api = await testApp();
  for (const role of roles) browsers.set(role, await signedInAs(api, role));
});
afterAll(() => api.close());

it('the table names every operation of the document and no other', () => {
  const operations = operationsOf(api.app).map(({ id }) => id);
  expect(table.map(({ id }) => id).sort()).toEqual(operations.sort());
});

describe.each(roles)('as %s', (role) => {
  it('every operation is allowed or denied as the table says', async () => {
    const wrong: string[] = [];
    for (const { id, method, url } of operationsOf(api.app)) {
      const row = table.find((candidate) => candidate.id === id);
      const { status, body } = (await browsers.get(role)?.call(method, url)) ?? {};
      const isDenied = status === 403 && body.code === 'forbidden';
      if (isDenied === row?.allowed.includes(role) || status === 401)
        wrong.push(`${id}: ${status} ${isDenied ? body.detail : ''}`);
      if (isDenied && JSON.stringify(body.heldBy) !== JSON.stringify(row?.allowed))
        wrong.push(`${id} names ${body.heldBy} as those who may`);
      if (isDenied && !body.detail.includes(`${row?.permission}, which your role (${role})`))
        wrong.push(`${id} does not say what is missing: ${body.detail}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('by the table', () => {
  const ids = (rows: Row[]) => rows.map(({ id }) => id);

  it('an owner may do everything, an admin everything but to make owners', () => {
    expect(allowedTo('owner')).toEqual(table);
    const missing = table.filter(({ allowed }) => !allowed.includes('admin'));
    expect(missing.filter((row) => resourceOf(row) !== 'owners')).toEqual([]);
  });

  it('billing changes what is sold, billed and sent, and neither people nor keys nor usage', () => {
    const changes = allowedTo('billing').filter((row) => !reads(row));
    const never = [
      'people',
      'owners',
      'apiKeys',
      'auditLog',
      'credentials',
      'events',
      'subscribers',
    ];
    expect(ids(changes.filter((row) => never.includes(resourceOf(row))))).toEqual([]);
    expect(ids(changes)).toEqual(
      expect.arrayContaining(['plans.create', 'invoices.finalize', 'billingRuns.create']),
    );
  });

  it('support reads all but keys, and changes nothing but what nobody owns and his own', () => {
    const changes = allowedTo('support').filter((row) => !reads(row));
    expect(ids(changes.filter((row) => !['unclassified', 'me'].includes(resourceOf(row))))).toEqual(
      [],
    );
    const unread = table.filter((row) => reads(row) && !row.allowed.includes('support'));
    expect(ids(unread.filter((row) => resourceOf(row) !== 'apiKeys'))).toEqual([]);
  });

  it('statements sees statements and the heads of invoices, and nothing beneath', () => {
    const others = allowedTo('statements').filter(
      ({ permission }) =>
        !['me.read', 'me.update', 'statements.read', 'invoices.readHeaders'].includes(permission),
    );
    expect(ids(others)).toEqual([]);
  });

  it('a developer makes keys and sends events, sees no money owed, and reveals nothing', () => {
    const rows = allowedTo('developer');
    const money = ['invoices', 'statements', 'payments', 'creditNotes', 'billingRuns', 'seller'];
    expect(ids(rows.filter((row) => money.includes(resourceOf(row))))).toEqual([]);
    expect(ids(rows)).not.toContain('credentials.reveal');
    expect(ids(rows)).toEqual(
      expect.arrayContaining(['apiKeys.create', 'credentials.create', 'events.ingest']),
    );
  });
});
