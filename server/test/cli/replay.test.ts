import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customary } from '@customary/sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBill } from '../../src/cli/bill.ts';
import { runCheck } from '../../src/cli/check.ts';
import { runReplay } from '../../src/cli/replay/command.ts';
import { pick, timeMapping } from '../../src/cli/replay/mapping.ts';
import { sourceOf } from '../../src/cli/replay/replay.ts';
import { parseTraceLine } from '../../src/cli/replay/trace-file.ts';
import { provision } from '../../src/cli/sample/provision.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { instantFromEpochMs, type Instant } from '../../src/lib/instant.ts';
import { calendarMonth } from '../../src/lib/period.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

const october = calendarMonth('2026-10', 'UTC');

describe('a line of a trace', () => {
  it('becomes a request, its seventh digit cut', () => {
    expect(parseTraceLine('2023-11-16 18:17:03.9799600,4808,10', 1)).toEqual({
      row: 1,
      at: '2023-11-16T18:17:03.979960Z',
      inputTokens: '4808',
      outputTokens: '10',
    });
    expect(parseTraceLine('2024-05-10 00:00:00.009930+00:00,007,0', 2)).toMatchObject({
      at: '2024-05-10T00:00:00.009930Z',
      inputTokens: '7',
      outputTokens: '0',
    });
  });

  it.each([
    ['', /1 columns/],
    ['2023-11-16 18:17:03,1', /2 columns/],
    ['2023-11-16 18:17:03,1,2,3', /4 columns/],
    ['2023-11-31 18:17:03,1,2', /TIMESTAMP/],
    ['2023-11-16 24:00:00,1,2', /TIMESTAMP/],
    ['16.11.2023 18:17:03,1,2', /TIMESTAMP/],
    ['2023-11-16 18:17:03+01:00,1,2', /TIMESTAMP/],
    ['2023-11-16 18:17:03,-1,2', /ContextTokens/],
    ['2023-11-16 18:17:03,1.5,2', /ContextTokens/],
    ['2023-11-16 18:17:03,1,NaN', /GeneratedTokens/],
    ['2023-11-16 18:17:03,1,1234567890123456', /GeneratedTokens/],
    ['2023-11-16 18:17:03,1, 2', /GeneratedTokens/],
  ])('%j is refused', (line, why) => {
    expect(parseTraceLine(line, 1)).toEqual({ problem: expect.stringMatching(why) as string });
  });

  it('is the source that its file is called', () => {
    expect(sourceOf('/a/AzureLLMInferenceTrace_code.csv')).toBe('azure-llm-inference-trace-code');
    expect(sourceOf('my trace.CSV')).toBe('my-trace');
  });
});

describe('the time of a row', () => {
  const first = '2023-11-16T18:15:46.680590Z' as Instant;
  const last = '2023-11-16T19:14:00.000001Z' as Instant;

  it('is as in the file without a period', () => {
    expect(timeMapping({ first, last }, null, false)(first)).toBe(first);
  });

  it('is moved to the beginning of the period, to the microsecond', () => {
    const map = timeMapping({ first, last }, october, false);
    expect(map(first)).toBe('2026-10-01T00:00:00.000000Z');
    expect(map(last)).toBe('2026-10-01T00:58:13.319411Z');
  });

  it('is refused where the trace does not fit', () => {
    const later = '2023-12-17T18:15:46.680590Z' as Instant;
    expect(() => timeMapping({ first, last: later }, october, false)).toThrow(/--spread/);
  });

  it('stays inside the period and in order when it is spread', () => {
    const micros = fc.integer({ min: 0, max: 4_000_000_000 });
    const at = (us: number) =>
      `${instantFromEpochMs(1_700_000_000_000 + Math.floor(us / 1000)).slice(0, 23)}${String(us % 1000).padStart(3, '0')}Z` as Instant;
    fc.assert(
      fc.property(fc.array(micros, { minLength: 1, maxLength: 20 }), (list) => {
        const times = list.toSorted((a, b) => a - b).map(at);
        const trace = { first: times[0] as Instant, last: times.at(-1) as Instant };
        const mapped = times.map(timeMapping(trace, october, true));
        expect(mapped[0]).toBe(october.start);
        expect(mapped.every((time) => time >= october.start && time < october.end)).toBe(true);
        expect(mapped).toEqual(mapped.toSorted());
      }),
    );
  });
});

describe('the pick of a row', () => {
  it('is the same each time, even over many rows, and another for another salt', () => {
    const values = ['a', 'b', 'c', 'd'];
    const rows = Array.from({ length: 4000 }, (_, row) => row);
    const picked = rows.map((row) => pick(values, row, 0));
    expect(rows.map((row) => pick(values, row, 0))).toEqual(picked);
    for (const value of values) {
      const share = picked.filter((each) => each === value).length;
      expect(share).toBeGreaterThan(900);
      expect(share).toBeLessThan(1100);
    }
    const both = rows.filter((row) => pick(values, row, 0) === pick(values, row, 1)).length;
    expect(both).toBeGreaterThan(900);
    expect(both).toBeLessThan(1100);
  });
});

describe('customary replay, bill and check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'customary-replay-'));
  const settings = readSettings({}, folder);
  let t: TestApp;
  let url: string;
  let key: string;

  beforeAll(async () => {
    t = await testApp();
    t.setClock('2026-11-20T00:00:00Z');
    url = await t.app.listen({ host: '127.0.0.1', port: 0 });
    key = await t.key('admin');
  });
  afterAll(async () => {
    t.app.server.closeAllConnections(); // the client keeps them alive
    await t.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ROWS = 1_203;
  const tokensOf = (row: number) => ({ input: (row * 37) % 5000, output: (row * 11) % 700 });
  const trace = (name: string, rows = ROWS): string => {
    const lines = Array.from({ length: rows }, (_, i) => {
      const { input, output } = tokensOf(i + 1);
      const second = String(i % 60).padStart(2, '0');
      const minute = String(Math.floor(i / 60)).padStart(2, '0');
      return `2023-11-16 18:${minute}:${second}.9799600,${input},${output}`;
    });
    return write(name, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines]);
  };
  const write = (name: string, lines: string[]): string => {
    const file = join(folder, name);
    writeFileSync(file, `${lines.join('\r\n')}\r\n`);
    return file;
  };
  const run = async (file: string, given: Partial<Parameters<typeof runReplay>[2]>) => {
    const out = collector();
    const defaults = { url, key, models: ['m'], parallel: 3 };
    const code = await runReplay(settings, file, { ...defaults, ...given }, { out, env: {} });
    return { code, text: out.text() };
  };
  const counts = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/^ {2}(accepted|duplicates|conflicts|rejected) +([\d,]+)$/gm)].map(
        ([, name, value]) => [name, value],
      ),
    );

  it('counts every row once, however often it is replayed', async () => {
    const file = trace('Trace_small.csv');
    const first = await run(file, { credentials: 'sk-a,sk-b', period: '2026-10' });
    expect(counts(first.text)).toEqual({
      accepted: '1,203',
      duplicates: '0',
      conflicts: '0',
      rejected: '0',
    });
    expect(first.code).toBe(0);
    const usage = () => t.ok('GET', `/v1/usage?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z`);
    const before = await usage();
    expect(before.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          measure: 'input_tokens',
          events: ROWS,
          quantity: String(total('input')),
        }),
      ]),
    );
    const second = await run(file, { credentials: 'sk-a,sk-b', period: '2026-10' });
    expect(counts(second.text)).toEqual({
      accepted: '0',
      duplicates: '1,203',
      conflicts: '0',
      rejected: '0',
    });
    expect(second.code).toBe(0);
    expect(await usage()).toEqual(before);
    const { items } = await t.ok('GET', '/v1/events?source=trace-small&clientId=Trace_small:7');
    expect(items[0]).toMatchObject({
      measures: { input_tokens: '259', output_tokens: '77' },
      attributes: { model: 'm' },
    });
    expect(items[0].occurredAt).toBe('2026-10-01T00:00:06.000000Z');
  });

  it('ends with 1 where an id was used for something else', async () => {
    const { code, text } = await run(join(folder, 'Trace_small.csv'), {
      credentials: 'sk-a,sk-b',
      period: '2026-10',
      models: [],
    });
    expect(counts(text)).toMatchObject({ accepted: '0', conflicts: '1,203' });
    expect(text).toMatch(/Trace_small:\d+: recorded before with another body/);
    expect(text).toContain('… and 1,198 more problems');
    expect(code).toBe(1);
  });

  const total = (kind: 'input' | 'output') =>
    Array.from({ length: ROWS }, (_, i) => tokensOf(i + 1)[kind]).reduce(
      (sum, each) => sum + each,
      0,
    );

  it('names bad lines and sends nothing', async () => {
    const file = write('bad.csv', [
      'TIMESTAMP,ContextTokens,GeneratedTokens',
      '2023-11-16 18:17:03,1,2',
      '2023-11-16 18:17:04,x,2',
      '',
      '2023-11-16,1,2',
    ]);
    const refused = run(file, { credentials: 'sk-a', source: 'bad' });
    await expect(refused).rejects.toThrow(
      /2 bad lines; nothing was sent:\n {2}line 3: ContextTokens is "x".*\n {2}line 5: TIMESTAMP/,
    );
    expect((await t.ok('GET', '/v1/events?source=bad&clientId=bad:1')).items).toEqual([]);
  });

  it.each([
    [{ credentials: 'sk-a', period: '2026-13' }, /month such as 2026-10/],
    [{ credentials: 'sk-a', period: '2099-01' }, /still to come/],
    [{ credentials: ' , ' }, /names no credential/],
    [{}, /either --credentials .* or --provision/],
    [{ credentials: 'sk-a', spread: true as const }, /goes with --period/],
    [{ credentials: 'sk-a', url: 'http://127.0.0.1:1' }, /No Customary answers/],
  ])('refuses %j', async (given, why) => {
    await expect(run(join(folder, 'Trace_small.csv'), given)).rejects.toThrow(why);
  });

  it('refuses a file that is none', async () => {
    await expect(run(write('other.csv', ['a,b,c']), { credentials: 'sk-a' })).rejects.toThrow(
      /line 1: expected the titles/,
    );
    await expect(run(join(folder, 'absent.csv'), { credentials: 'sk-a' })).rejects.toThrow(
      /There is no file/,
    );
  });

  it('bills a sample company what a computation from the file gives, and proves it', async () => {
    const api = new Customary({ baseUrl: url, apiKey: key });
    const file = trace('Trace_sample.csv');
    const first = await run(file, { provision: true, period: '2026-10', spread: true });
    expect(first.text).toContain('12 organizations, 5 subscriptions, 10 credentials');
    expect(counts(first.text)).toMatchObject({ accepted: '1,203' });
    const made = await provision(api, { startAt: '2026-10-01T00:00:00Z' });
    expect(await provision(api, { startAt: '2026-09-01T00:00:00Z' })).toEqual(made);
    const second = await run(file, { provision: true, period: '2026-10', spread: true });
    expect(counts(second.text)).toMatchObject({ accepted: '0', duplicates: '1,203' });

    const out = collector();
    expect(await runBill(api, { period: '2026-10', finalize: true }, out)).toBe(0);
    expect(out.text()).toMatch(/Acme Robotics +INV-00000\d +open +2026-12-20 +[\d.,]+ USD/);
    expect(out.text()).toMatch(/Initech +INV-00000\d +open +2026-12-20 +[\d.,]+ EUR/);

    const initech = made.credentialIds.findIndex((id) => id.includes('initech'));
    const rows = Array.from({ length: ROWS }, (_, i) => i + 1).filter(
      (row) => pick(made.credentialIds, row, 0) === made.credentialIds[initech],
    );
    const input = rows.reduce((sum, row) => sum + tokensOf(row).input, 0);
    const output = rows.reduce((sum, row) => sum + tokensOf(row).output, 0);
    // 0.0000023 and 0.0000092 for a token, in whole cents for each line, and 45.00 for the month.
    const cents =
      4500 + halfEven(BigInt(input) * 23n, 100_000n) + halfEven(BigInt(output) * 92n, 100_000n);
    const { items } = await api.invoices.list({
      organizationId: made.organizations.get('initech') ?? '',
    });
    expect(items[0]?.total).toEqual({ amount: (cents / 100).toFixed(2), currency: 'EUR' });

    const checked = collector();
    expect(await runCheck(api, checked, {}), checked.text()).toBe(0);
    expect(checked.text()).toMatch(/All 7 checks hold at position \d+/);
  });

  it('says which check fails, and ends with 1', async () => {
    const client = await adminClient(t.database.url);
    await client.query('set session_replication_role = replica');
    await client.query("delete from customary.event_keys where client_id = 'Trace_sample:5'");
    await client.end();
    const out = collector();
    expect(await runCheck(new Customary({ baseUrl: url, apiKey: key }), out, {})).toBe(1);
    expect(out.text()).toMatch(/✗ exactly once/);
    expect(out.text()).toMatch(/2 of 7 checks fail at position/);
  });

  it('tells a key that is too small for it', async () => {
    await expect(
      run(join(folder, 'Trace_small.csv'), { provision: true, key: await t.key('ingest') }),
    ).rejects.toThrow(/403 forbidden/);
  });
});

function halfEven(dividend: bigint, divisor: bigint): number {
  const [whole, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  return Number(whole + (rest > divisor || (rest === divisor && whole % 2n === 1n) ? 1n : 0n));
}

function collector(): { write(text: string): void; text(): string } {
  let all = '';
  return { write: (text) => void (all += text), text: () => all };
}
