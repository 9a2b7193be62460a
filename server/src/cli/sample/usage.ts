import type { UsageEvent } from '@customary/sdk';
import { add, decimal, multiply, toText } from '../../lib/decimal.ts';
import { DAY_MS, epochMs, HOUR_MS, instantFromEpochMs } from '../../lib/instant.ts';
import type { Period } from '../../lib/period.ts';
import { credentials } from './company.ts';

/** A month of requests to the sample's LLM API: made up, but the same for the same month and seed. */

type Habit = {
  /** The tag of the credentials that have it. */
  tag: string;
  weight: number;
  inputTokens: number;
  outputTokens: number;
  /** How often at night and on weekends, compared with a working hour. */
  offHours: number;
  models: readonly string[];
};

const habits: readonly Habit[] = [
  {
    tag: 'production',
    weight: 9,
    inputTokens: 1_400,
    outputTokens: 320,
    offHours: 0.45,
    models: ['atlas-small', 'atlas-small', 'atlas-small', 'atlas-large'],
  },
  {
    tag: 'batch',
    weight: 5,
    inputTokens: 6_200,
    outputTokens: 420,
    offHours: 1,
    models: ['atlas-large', 'atlas-small'],
  },
  {
    tag: 'interactive',
    weight: 3,
    inputTokens: 2_300,
    outputTokens: 680,
    offHours: 0.08,
    models: ['atlas-large', 'atlas-reasoning'],
  },
  {
    tag: 'staging',
    weight: 1,
    inputTokens: 500,
    outputTokens: 120,
    offHours: 0.1,
    models: ['atlas-small'],
  },
];

/** What a token costs the provider itself, in and out. */
const tokenCosts: Readonly<Record<string, readonly [input: string, output: string]>> = {
  'atlas-small': ['0.0000003', '0.0000012'],
  'atlas-large': ['0.0000009', '0.0000036'],
  'atlas-reasoning': ['0.0000014', '0.0000056'],
};
const COST_CURRENCY = 'USD';

const SOURCE = 'llm-gateway';
/** One in so many requests comes with nothing that says whose it is. */
const STRAY_ONE_IN = 70;

/** The key of the support chatbot, an L in lower case: near is not the same. */
const MISTYPED = 'sk-sample-support-chatbot-9lhR';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The requests of a month, in the order in which they occurred. */
export function monthOfUsage(month: Period, events: number, seed: number): UsageEvent[] {
  const random = randomFrom(seed);
  const start = epochMs(month.start);
  const lengthMs = epochMs(month.end) - start;
  const keys = credentials.map((credential) => ({
    ...credential,
    habit: habitOf(credential.tags),
  }));
  const weights = keys.map(({ habit }) => habit.weight);
  const drawn = Array.from({ length: events }, () => {
    const key = keys[draw(weights, random)] ?? keys[0];
    if (key === undefined) throw new Error('The sample has no credentials');
    return { atMs: start + momentOf(key.habit, start, lengthMs, random), key };
  });
  return drawn
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, key: { habit, credentialId } }, index) => {
      const claim = random() * STRAY_ONE_IN < 1 ? stray(random) : { credential: credentialId };
      const input = tokens(habit.inputTokens, random);
      const output = tokens(habit.outputTokens, random);
      const model = habit.models[Math.floor(random() * habit.models.length)] ?? 'atlas-small';
      return {
        id: `req-${month.start.slice(0, 7)}-${String(index + 1).padStart(6, '0')}`,
        source: SOURCE,
        time: instantFromEpochMs(atMs),
        ...claim,
        measures: { input_tokens: input, output_tokens: output },
        cost: costOf(model, input, output),
        attributes: { model },
      };
    });
}

function costOf(model: string, input: number, output: number): UsageEvent['cost'] {
  const [perInput = '0', perOutput = '0'] = tokenCosts[model] ?? [];
  const of = (tokensUsed: number, each: string) =>
    multiply(decimal(String(tokensUsed)), decimal(each));
  return {
    amount: toText(add(of(input, perInput), of(output, perOutput))),
    currency: COST_CURRENCY,
  };
}

function habitOf(tags: readonly string[]): Habit {
  const habit = habits.find(({ tag }) => tags.includes(tag));
  if (habit === undefined) throw new Error(`No habit for ${tags.join(', ')}`);
  return habit;
}

function draw(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((total, weight) => total + weight, 0);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

/** A moment of the month, most likely one of working hours. */
function momentOf(habit: Habit, start: number, lengthMs: number, random: () => number): number {
  for (;;) {
    const moment = Math.floor(random() * lengthMs);
    const hour = Math.floor((moment % DAY_MS) / HOUR_MS);
    const weekday = (Math.floor((start + moment) / DAY_MS) + 4) % 7; // 1970-01-01 was a Thursday
    const isWorking = hour >= 8 && hour < 19 && weekday !== 0 && weekday !== 6;
    if (random() < (isWorking ? 1 : habit.offHours)) return moment;
  }
}

/** Around the usual size: most a little smaller, a few several times as large. */
function tokens(usual: number, random: () => number): number {
  const skew = random() * random() * 2.6 + 0.15;
  return Math.max(1, Math.floor(usual * skew));
}

/** What goes wrong with keys: one that nobody registered, none at all, one with a slip of the finger. */
function stray(random: () => number): { credential?: string } {
  const kind = Math.floor(random() * 3);
  if (kind === 0) return { credential: 'sk-legacy-prototype-0Zr5' };
  return kind === 1 ? {} : { credential: MISTYPED };
}
