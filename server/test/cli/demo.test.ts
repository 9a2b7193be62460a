import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The command itself, in a process of its own, as `npm run demo` starts it. */
async function customary(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', main, ...args],
    { env: { ...process.env, PORT: '', DATABASE_URL: '', ...env } },
  );
  return { stdout, stderr };
}

describe('customary demo', () => {
  it('shows the whole chain, to a statement that makes sense, and leaves nothing', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'cd-'));
    chmodSync(temporary, 0o711);
    const { stdout, stderr } = await customary(['demo', '--once', '--events', '1500'], {
      TMPDIR: temporary,
    });
    expect(readdirSync(temporary).filter((name) => name.startsWith('customary-'))).toEqual([]);
    rmSync(temporary, { recursive: true });
    expect(stderr).toBe('');
    const section = (title: string) =>
      stdout
        .split('\n\n')
        .slice(stdout.split('\n\n').findIndex((block) => block.startsWith(title)))
        .slice(0, 4)
        .join('\n\n');

    expect(section('Who is who')).toMatch(
      / {2}Acme Robotics\n {2}├─ Research +subscription “Research API” · billed to Acme Robotics\n {2}│ {2}├─ Vision\n {2}│ {2}│ {2}└─ Perception team +ada@acme\.example, 2 keys/,
    );

    const chain = section('One request');
    const hops = [
      'event',
      'credential',
      'subscriber',
      'organization',
      'subscription',
      'invoice line',
      'invoice',
      'statement',
    ];
    expect([...chain.matchAll(/^ {2}[●│▼] (\w+(?: \w+)?) {2}/gm)].map(([, hop]) => hop)).toEqual(
      hops,
    );
    expect(chain).toMatch(/statement +Acme Robotics/);
    expect(chain).toContain('Decided by rule credential_binding');

    expect(section('Usage that nobody owns yet')).toMatch(/unknown_credential +sk-l…0Zr5 +\d+/);
    expect(section('Usage that nobody owns yet')).toMatch(/no_identifier +\(nothing\) +\d+/);

    const invoice =
      /Acme Robotics +INV-000001 +partially paid +\d{4}-\d{2}-\d{2} +([\d.,]+) USD/.exec(
        section('The invoices of'),
      )?.[1];
    expect(section('The invoices of')).toMatch(/Initech +draft +draft +[\d.]+ EUR/);
    expect(section('The invoices of')).toMatch(/Globex Health +INV-000002 +paid +/);
    const owed = (Number(invoice) - 60).toFixed(2);
    expect(section('The statement of Acme Robotics')).toContain(`Owes ${owed} USD`);
    expect(section('The statement of Acme Robotics')).toContain(
      `${owed} USD left of ${invoice} USD`,
    );
    const lines = [...section('The statement of').matchAll(/ ([\d.]+) USD$/gm)]
      .slice(1)
      .map(([, amount]) => Math.round(Number(amount) * 100));
    const sum = lines.slice(-6).reduce((total, cents) => total + cents, 0);
    expect((sum / 100).toFixed(2)).toBe(invoice);
    expect(section('What customers owe right now')).toMatch(
      new RegExp(`Acme Robotics +1 +– +– +${owed} USD`),
    );

    expect(section('Look around')).toMatch(/http:\/\/127\.0\.0\.1:\d+\/join#\S+/);
    expect(stdout).toMatch(/All 7 checks hold at position \d+/);
    expect(stdout).toMatch(/export URL=http:\/\/127\.0\.0\.1:\d+ KEY=cus_/);
    expect(stdout.split('\n').filter((line) => line.length > 130)).toEqual([]);
  });
});

describe('customary --help', () => {
  it.each([
    ['replay', /--provision/, /Example/],
    ['bill', /--finalize/, /Example/],
    ['check', /Ends with 1/, /Example/],
    ['backup', /secret key is not in the file/, /Example/],
    ['restore', /empty database/, /Example/],
    ['demo', /throw-away/, /Example/],
  ])('tells what %s does, its options, and an example', async (command, ...texts) => {
    const { stdout } = await customary([command, '--help']);
    for (const text of texts) expect(stdout).toMatch(text);
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});
