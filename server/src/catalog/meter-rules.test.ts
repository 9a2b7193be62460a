import { expect, it } from 'vitest';
import { countsTheSame, type MeterDefinition } from './meter-rules.ts';

const tokens: MeterDefinition = {
  aggregation: 'sum',
  measure: 'tokens',
  filter: { model: ['a', 'b'], region: 'eu' },
  splitBy: ['model', 'team'],
};

it.each<[string, Partial<MeterDefinition>]>([
  ['order', { filter: { region: 'eu', model: ['b', 'a'] }, splitBy: ['team', 'model'] }],
  ['one value in a list', { filter: { model: ['a', 'b'], region: ['eu'] } }],
  ['a value given twice', { filter: { model: ['a', 'b', 'a'], region: 'eu' } }],
])('%s is no other definition', (_, change) => {
  expect(countsTheSame(tokens, { ...tokens, ...change })).toBe(true);
});

it.each<[string, Partial<MeterDefinition>]>([
  ['aggregation', { aggregation: 'max' }],
  ['measure', { measure: 'requests' }],
  ['a value more', { filter: { model: ['a', 'b', 'c'], region: 'eu' } }],
  ['a condition less', { filter: { model: ['a', 'b'] } }],
  ['a value that holds a comma', { filter: { model: 'a,b', region: 'eu' } }],
  ['splits', { splitBy: ['model'] }],
])('another %s is another definition', (_, change) => {
  expect(countsTheSame(tokens, { ...tokens, ...change })).toBe(false);
});
