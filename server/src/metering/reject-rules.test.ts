import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differences, maskRejected } from './reject-rules.ts';

const KEY = 'sk-live-Zq7Wm2Xv9Lp4Rt8Ny3Kd6Bf1';

it('a well-formed event is shown as an event is: only its credential is masked', () => {
  const event = { id: 'a-long-id-of-an-event', organization: 'Acme Incorporated', credential: KEY };
  expect(maskRejected(JSON.stringify(event), 'unknown_organization')).toEqual({
    ...event,
    credential: 'sk-l…6Bf1',
  });
});

it('of a malformed one is shown what can be no key', () => {
  const event = {
    id: 'e-1',
    subscriber: 'ada@acme.example',
    organization: KEY,
    time: '2026-09-15T10:00:00Z',
    measures: { input_tokens: '12.5', x: KEY, [KEY]: '1' },
    cost: { amount: '1', currency: 'USD' },
    attributes: { model: 'gpt-4o', key: KEY },
  };
  expect(maskRejected(JSON.stringify(event), 'unknown_field')).toEqual({
    ...event,
    organization: 'sk-l…6Bf1',
    measures: { input_tokens: '12.5', x: 'sk-l…6Bf1', 'sk-l…6Bf1': '1' },
    attributes: { model: 'gpt-4o', key: 'sk-l…6Bf1' },
  });
  expect(maskRejected(`{"credential":"${KEY}"`, 'malformed_json')).toBe('{"cr…Bf1"');
});

it('a key comes out of nowhere in it', () => {
  const place = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constant(KEY),
      fc.constant(1),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom('id', 'source', 'attributes', 'measures', 'cost', 'time', KEY, 'colour'),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(place, (body) => {
      const shown = JSON.stringify(maskRejected(JSON.stringify(body), 'invalid_value'));
      expect(shown).not.toContain(KEY.slice(8, 16));
    }),
  );
});

it('tells which fields differ', () => {
  expect(differences({ a: 1, b: { c: '1' } }, { a: 1, b: { c: '2' }, d: null, e: 0 })).toEqual([
    'b',
    'e',
  ]);
});
