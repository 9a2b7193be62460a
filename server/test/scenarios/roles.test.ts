import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions, roles, type Role } from '../../src/access/permissions.ts';
import { operationsOf } from '../support/operations.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { type Browser, signedInAs } from '../support/people.ts';

/**
 * Every operation of the document, asked by a signed-in person of every role (issue 5): allowed or denied as two tables
 * say that are written down by hand: operation → permission, permission → roles.
 */
const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const needed: Record<string, string> = read('permissions.json');
const holders: Record<string, Role[]> = read('roles.json');

let api: TestApp;
const browsers = new Map<Role, Browser>();

beforeAll(async () => {
  api = await testApp();
  for (const role of roles) browsers.set(role, await signedInAs(api, role));
});
afterAll(() => api.close());

it('the table names every permission and no other', () => {
  expect(Object.keys(holders).toSorted(), 'see server/test/scenarios/roles.json').toEqual(
    [...permissions].toSorted(),
  );
});

it('an owner may do everything, an admin everything but to make owners', () => {
  for (const [permission, held] of Object.entries(holders)) {
    expect(held, permission).toContain('owner');
    expect(held.includes('admin'), permission).toBe(permission !== 'owners.manage');
  }
});

describe.each(roles)('as %s', (role) => {
  it('every operation is allowed or denied as the table says', async () => {
    const wrong: string[] = [];
    for (const { id, method, url } of operationsOf(api.app)) {
      const permission = needed[id] ?? '';
      const held = holders[permission] ?? [];
      const { status, body } = (await browsers.get(role)?.call(method, url)) ?? {};
      const isDenied = status === 403 && body.code === 'forbidden';
      if (isDenied !== !held.includes(role) || status === 401)
        wrong.push(`${id}: ${status} ${isDenied ? body.detail : ''}`);
      if (isDenied && JSON.stringify(body.heldBy) !== JSON.stringify(held))
        wrong.push(`${id} names ${body.heldBy} as those who may`);
      if (isDenied && !body.detail.includes(`${permission}, which your role (${role})`))
        wrong.push(`${id} does not say what is missing: ${body.detail}`);
    }
    expect(wrong).toEqual([]);
  });
});

it('the statements role sees statements and heads of invoices, and nothing beneath', () => {
  const allowed = Object.keys(needed).filter((id) => {
    const held = holders[needed[id] ?? ''] ?? [];
    return held.includes('statements');
  });
  const beneath = /^(invoiceLines|subscriptions|events|credentials|usage|organizations|checks)\./;
  expect(allowed.filter((id) => beneath.test(id))).toEqual([]);
});
