import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addBillCommand } from '../../src/cli/bill.ts';
import { addCheckCommand } from '../../src/cli/check.ts';
import { addReplayCommand } from '../../src/cli/replay/command.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { planOf } from '../support/usage.ts';

/**
 * Recipes are true: every command and every request in them is run, in order, as it is printed. What a reader fills in
 * is filled in: `org_…` and the like become what this deployment has, or what the request before answered.
 */

const run = promisify(execFile);
const docs = new URL('../../../docs/', import.meta.url);
const recipe = (name: string) => readFileSync(new URL(`recipes/${name}.md`, docs), 'utf8');
const recipes = readdirSync(new URL('recipes/', docs)).map((file) => file.replace('.md', ''));

let api: TestApp;
let folder: string;
let environment: NodeJS.ProcessEnv;
/** Prefix of an id → the id that stands for `prefix_…`. */
const known: Record<string, string> = {};
const ran = new Set<string>();

beforeAll(async () => {
  api = await testApp();
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const key = await api.key('admin');
  folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  environment = {
    ...process.env,
    URL: url,
    KEY: key,
    PORT: new URL(url).port,
  };
  process.env['CUSTOMARY_API_KEY'] = key;
  api.setClock('2026-10-20T00:00:00Z');
  await makeCompany();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeCompany(): Promise<void> {
  const post = (path: string, body: object): Promise<Json> => api.ok('POST', `/v1/${path}`, body);
  const { planId } = await planOf(api);
  const organization = await post('organizations', { name: 'Acme' });
  const email = 'ada@acme.example';
  const subscriber = await post('subscribers', { email, organizationIds: [organization.id] });
  const owner = { organizationId: organization.id };
  const subscription = await post('subscriptions', {
    ...owner,
    planId,
    startAt: '2026-10-01T00:00:00Z',
  });
  const credential = await post('credentials', {
    ...owner,
    name: 'nightly-batch',
    subscriberId: subscriber.id,
    subscriptionId: subscription.id,
    credentialId: 'sk-nightly',
  });
  const event = (id: string, time: string, input_tokens: number, credentialId: string) => ({
    id,
    time,
    credential: credentialId,
    measures: { input_tokens, tokens: 1 },
    attributes: { model: 'large' },
  });
  await post('events', [
    event('usual', '2026-10-03T10:00:00Z', 1000, 'sk-nightly'),
    event('spike', '2026-10-10T10:00:00Z', 400_000, 'sk-nightly'),
    event('new', '2026-10-11T10:00:00Z', 10, 'sk-of-nobody'),
  ]);
  known['org'] = (await post('organizations', { name: 'The other team' })).id;
  known['crd'] = credential.id;
  known['unc'] = (await api.ok('GET', '/v1/unclassified')).items[0].id;
}

const blocksOf = (name: string, language: string): string[] =>
  [...recipe(name).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap((match) =>
    match[1] === language ? [match[2] ?? ''] : [],
  );

/** The commands as they stand, but for starting a server and taking its key: both are here. */
async function commands(name: string): Promise<string[]> {
  const answers: string[] = [];
  for (const block of blocksOf(name, 'sh')) {
    const script = block.replace(/^(npm start|export ).*$/gm, '').trim();
    answers.push(/^npx customary/m.test(script) ? await customary(script) : await shell(script));
  }
  ran.add(name);
  return answers;
}

async function shell(script: string): Promise<string> {
  const fails = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }';
  const args = ['-euo', 'pipefail', '-c', `${fails}\n${script}`];
  return (await run('bash', args, { env: environment })).stdout;
}

/** Commands of ours, by the program that a process would run: to start one for each takes most of a minute. */
async function customary(script: string): Promise<string> {
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  try {
    for (const line of script.split('\n').filter((each) => each !== '')) {
      const [npx, name, ...args] = line.replace(/ #.*$/, '').trim().split(/\s+/);
      expect([npx, name]).toEqual(['npx', 'customary']);
      const program = new Command('customary').exitOverride();
      const settings = () => readSettings(environment, folder);
      for (const add of [addReplayCommand, addBillCommand, addCheckCommand]) add(program, settings);
      const given = args.map((arg) => (arg.endsWith('.csv') ? join(folder, arg) : arg));
      await program.parseAsync(given, { from: 'user' });
      expect(process.exitCode, `${line}\n${said.join('')}`).toBe(0);
    }
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
  return said.join('');
}

type Request = { method: string; path: string; headers: Record<string, string>; body?: unknown };

function filledIn(text: string): string {
  const ids = text.replace(/\b([a-z]{2,3})_…/g, (all, prefix: string) => known[prefix] ?? all);
  return ids.replaceAll('…', '0123');
}

function requestsOf(name: string): string[][] {
  return blocksOf(name, '').flatMap((block) => {
    const requests: string[][] = [];
    for (const line of block.trim().split('\n')) {
      if (/^(GET|POST|PATCH|DELETE) \//.test(line)) requests.push([line]);
      else requests.at(-1)?.push(line);
    }
    return requests;
  });
}

function parsed([first = '', ...lines]: string[]): Request {
  const [method = '', path = ''] = filledIn(first).split(' ');
  const at = lines.findIndex((line) => line.startsWith('{'));
  const headers = Object.fromEntries(
    lines.slice(0, at < 0 ? lines.length : at).map((line) => filledIn(line).split(': ')),
  ) as Record<string, string>;
  const body: unknown = at < 0 ? undefined : JSON.parse(filledIn(lines.slice(at).join('\n')));
  return { method, path, headers, body };
}

/** Sends every request; later ones may name what earlier ones made. */
async function sendAll(name: string): Promise<Json[]> {
  const answers: Json[] = [];
  for (const lines of requestsOf(name)) {
    const { method, path, headers, body } = parsed(lines);
    const idempotencyKey = headers['Idempotency-Key'];
    const answer = await api.ok(method, path, body, { ...(idempotencyKey && { idempotencyKey }) });
    if (typeof answer.id === 'string') known[answer.id.split('_')[0] ?? ''] = answer.id;
    answers.push(answer);
  }
  ran.add(name);
  return answers;
}

describe('the recipe', () => {
  it('to find what caused a spike names the key and the model, with amounts', async () => {
    const [explained = '', usage = ''] = await commands('find-what-caused-a-spike');
    expect(JSON.parse(explained).sentence).toMatch(
      /^input_tokens rose by 399010, .* credential nightly-batch; .* model = large\.$/,
    );
    expect(JSON.parse(usage).amounts).toMatchObject([
      { group: { model: 'large' }, amount: '0.01', currency: 'USD' },
    ]);
  });

  it('to claim usage gives it an owner', async () => {
    const [queue, claimed] = await sendAll('claim-unclassified-usage');
    expect(queue.items).toHaveLength(1);
    expect(claimed.organizationId).toBe(known['org']);
  });

  it('to move usage moves it, and back', async () => {
    const [previewed, applied, undone] = await sendAll('move-usage');
    expect(previewed.preview.flows).toHaveLength(1);
    expect([applied.status, undone.status]).toEqual(['applied', 'undone']);
  });

  it('to rotate a key leaves one credential with two IDs', async () => {
    const [rotated] = await sendAll('rotate-a-key');
    expect(rotated.id).toBe(known['crd']);
  });

  it('to replay a trace sends and bills it', async () => {
    api.setClock('2026-11-02T00:00:00Z');
    const rows = ['TIMESTAMP,ContextTokens,GeneratedTokens', '2023-11-16 18:17:03.9799600,4808,10'];
    writeFileSync(join(folder, 'AzureLLMInferenceTrace_conv.csv'), `${rows.join('\n')}\n`);
    const [said] = await commands('replay-a-trace');
    expect(said).toContain('checks hold at position');
  });

  it('to bill a month bills it, and proves that the books are right', async () => {
    await commands('bill-a-month');
    const { items } = await api.ok('GET', '/v1/invoices');
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ status }: Json) => status))).not.toContain('draft');
  });

  it('is run, whichever it is', () => expect([...ran].toSorted()).toEqual(recipes.toSorted()));

  it('names only operations that there are', async () => {
    const { paths } = (await api.call('GET', '/openapi.json')).body;
    const there = new Set(
      Object.entries<object>(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`,
        ),
      ),
    );
    const named = recipes.flatMap((name) =>
      [...recipe(name).matchAll(/\b(GET|POST|PATCH|DELETE) (\/v1\/[^\s`?"]*)/g)].map(
        ([, method, path = '']) => `${method} ${path.replace(/\{\w+\}|[a-z]{2,3}_…/g, '{}')}`,
      ),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((each) => !there.has(each))).toEqual([]);
  });
});
