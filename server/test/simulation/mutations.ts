/**
 * Mistakes that the simulation has to notice. `npm run simulate -- --mutations` makes each in a copy of the product;
 * `from` is found exactly once in the file; `seed` is one that notices it.
 */
export type Mutation = { why: string; file: string; from: string; to: string; seed: number };

export const mutations: readonly Mutation[] = [
  {
    why: 'a range holds at its end, too',
    file: 'lib/timeline.ts',
    from: 'startsBy(row, instant) && (row.to === null || row.to > instant)) ?? null',
    to: 'startsBy(row, instant) && (row.to === null || row.to >= instant)) ?? null',
    seed: 1,
  },
  {
    why: 'a subscription takes usage at its end',
    file: 'attribution/subscription-choice.ts',
    from: 'at >= subscription.endAt',
    to: 'at > subscription.endAt',
    seed: 1,
  },
  {
    why: 'changes of ownership share the lock that they have to hold alone',
    file: 'db/act.ts',
    from: 'select pg_advisory_xact_lock(ownership_lock_key())',
    to: 'select pg_advisory_xact_lock_shared(ownership_lock_key())',
    seed: 1,
  },
  {
    why: 'a fee in arrears is owed by whoever paid when its period began',
    file: 'invoicing/payer-rules.ts',
    from: "timing === 'arrears' ? segments.at(-1) : segments[0]",
    to: "timing === 'arrears' ? segments[0] : segments[0]",
    seed: 1,
  },
  {
    why: 'the allocator leaves out what does not divide',
    file: 'rating/allocate.ts',
    from: 'if (left === 0n) break;',
    to: 'if (left >= 0n) break;',
    seed: 1,
  },
  {
    why: 'an event with other quantities under a known id counts as a duplicate, not a conflict',
    file: 'metering/rules.ts',
    from: 'const { index: _, ...body } = event;',
    to: 'const { index: _, measures: __, ...body } = event;',
    seed: 1,
  },
  {
    why: 'an event sent twice in a batch is recorded twice as new',
    file: 'metering/rules.ts',
    from: 'if (first === undefined) known.set(key, event.hash);',
    to: '',
    seed: 1,
  },
  {
    why: 'late usage of a period that was billed is not billed any more',
    file: 'invoicing/book-rules.ts',
    from: 'return isNews || end > cycle.start ?',
    to: 'return end > cycle.start ?',
    seed: 1,
  },
  {
    why: 'what was billed before is billed again',
    file: 'invoicing/due-rules.ts',
    from: 'billed: sum(billed.map((line) => line.amount)),',
    to: 'billed: zero,',
    seed: 1,
  },
  {
    why: 'a claim binds from now, not from when usage was first seen',
    file: 'unclassified/claim-actions.ts',
    from: 'input.from === undefined ? group.first_seen_at : input.from',
    to: 'input.from === undefined ? action.now : input.from',
    seed: 2,
  },
  {
    why: 'a key that is moved leaves its recorded usage behind',
    file: 'credentials/change-actions.ts',
    from: '.map((range) => range.value.value_key))], from }',
    to: '.map((range) => range.value.value_key))].slice(0, 0), from }',
    seed: 1,
  },
  {
    why: 'whoever is merged goes on answering for itself',
    file: 'attribution/standing-rules.ts',
    from: 'return rowAt(aliases, at)?.value ?? organizationId;',
    to: 'return rowAt(aliases.slice(0, 0), at)?.value ?? organizationId;',
    seed: 1,
  },
  {
    why: 'payers do not follow a merge',
    file: 'invoicing/payer-rules.ts',
    from: 'linked(links.mergedInto, id) ?? id',
    to: 'linked(new Map(), id) ?? id',
    seed: 1,
  },
  {
    why: 'undoing a re-attribution reverses, and gives nothing back',
    file: 'repair/reattribution-actions.ts',
    from: '  await restore(action, appliedBy);\n',
    to: '',
    seed: 1,
  },
  {
    why: 'a reused credential ID reaches back over its predecessor’s time to nobody: it begins now',
    file: 'credentials/rules.ts',
    from: 'return { from: ends.toSorted().at(-1) ?? null };',
    to: 'return { from: now };',
    seed: 1,
  },
  {
    why: 'the planned changes of a binding are lost when another field changes',
    file: 'credentials/rules.ts',
    from: 'inserted.push({ from: cut ? from : row.from, to: row.to, value });',
    to: 'inserted.push({ from: cut ? from : row.from, to: cut ? row.to : null, value });',
    seed: 1,
  },
];
