import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { instantFromEpochMs, type Instant } from '../lib/instant.ts';
import { applyChange, isTimeline, rowAt, type TimelineRow } from '../lib/timeline.ts';
import {
  changeMemberships,
  claimsOf,
  emailKey,
  isEmailAddress,
  isServiceAddress,
  type Membership,
  misplacedUnclassified,
  serviceEmail,
} from './rules.ts';

describe('e-mail addresses', () => {
  it.each(['ada@acme.example', 'A.da+x@Sub.Acme.example', "o'neil@x.io", 'jürgen@bücher.example'])(
    'takes %s',
    (text) => expect(isEmailAddress(text)).toBe(true),
  );

  it.each([
    '',
    'ada',
    '@acme.example',
    'ada@',
    'ada@acme',
    'ada@acme.',
    'a da@acme.example',
    'a@b@acme.example',
    'ada\u0000@acme.example',
    'ada@acme.example\n',
    `${'a'.repeat(320)}@acme.example`,
  ])('refuses %j', (text) => expect(isEmailAddress(text)).toBe(false));

  it('compares without case', () =>
    expect(emailKey('Ada@Acme.Example')).toBe(emailKey('aDA@aCME.eXAMPLE')));

  it('makes service addresses that it knows again', () => {
    const email = serviceEmail('org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC');
    expect(email).toBe('service+01kapz5n3v8q4m7w2t6r9y0bxc@customary.invalid');
    expect(isEmailAddress(email) && isServiceAddress(email.toUpperCase())).toBe(true);
    expect(isServiceAddress('a@notcustomary.invalid')).toBe(false);
  });
});

it('names each claim once', () => {
  expect(claimsOf({ id: 'sbr_1', email_key: 'a@b.c', subscriber_id: 'sbr_1' })).toEqual([
    'a@b.c',
    'sbr_1',
  ]);
});

it('lets UNCLASSIFIED stand alone only', () => {
  expect(misplacedUnclassified([UNCLASSIFIED_ID])).toBeNull();
  expect(misplacedUnclassified(['a', 'b'])).toBeNull();
  expect(misplacedUnclassified(['a', UNCLASSIFIED_ID])).toBe(1);
});

describe('changeMemberships', () => {
  const at = (hour: number): Instant => instantFromEpochMs(hour * 3_600_000);
  const row = (organization_id: string, is_primary: boolean, from: number | null = null) => ({
    from: from === null ? null : at(from),
    to: null,
    value: { organization_id, is_primary },
  });

  it('changes nothing where it is so already', () => {
    const rows = [row('a', true), row('b', false)];
    expect(changeMemberships(rows, ['a', 'b'], at(5))).toEqual({ superseded: [], inserted: [] });
  });

  it('swaps the primary one without touching the others', () => {
    const rows = [row('a', true), row('b', false), row('c', false)];
    const change = changeMemberships(rows, ['b', 'a', 'c'], at(5));
    expect(change.superseded).toEqual([rows[1], rows[0]]);
    expect(change.inserted).toEqual([
      { ...row('b', false), to: at(5) },
      row('b', true, 5),
      { ...row('a', true), to: at(5) },
      row('a', false, 5),
    ]);
  });

  it('replaces what was planned for later', () => {
    const rows = [{ ...row('a', true), to: at(9) }, row('b', true, 9)];
    const after = applyChange(rows, changeMemberships(rows, ['a'], at(5)));
    expect(after.map(({ value, to }) => [value.organization_id, to])).toEqual([
      ['a', at(5)],
      ['a', null],
    ]);
  });

  it('keeps exactly one primary from then on and the past as it was', () => {
    const step = fc.record({
      ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
      from: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
    });
    const memberships = (rows: TimelineRow<Membership>[], instant: Instant) =>
      rows.filter((each) => rowAt([each], instant) !== null).map((each) => each.value);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        let rows: TimelineRow<Membership>[] = [];
        for (const { ids, from } of steps) {
          const since = from === null ? null : at(from);
          const before = rows;
          rows = applyChange(rows, changeMemberships(rows, ids, since));
          for (const id of ['a', 'b', 'c', 'd']) {
            expect(isTimeline(rows.filter((each) => each.value.organization_id === id))).toBe(true);
          }
          for (let hour = -1; hour < 11; hour += 1) {
            const held = memberships(rows, at(hour));
            const isAfter = from === null || hour >= from;
            const wanted = isAfter
              ? ids.map((organization_id, i) => ({ organization_id, is_primary: i === 0 }))
              : memberships(before, at(hour));
            expect(new Set(held.map((value) => JSON.stringify(value)))).toEqual(
              new Set(wanted.map((value) => JSON.stringify(value))),
            );
          }
        }
      }),
    );
  });
});
