import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentPosition } from '../../src/db/act.ts';
import { testApp, type TestApp } from '../support/app.ts';

const run = promisify(execFile);
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** The shell blocks of the README, as they stand; the address and the key come from the environment instead. */
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map((match) => match[1] ?? '')
  .filter((block) => !block.startsWith('export'));

let test: TestApp;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  test = await testApp();
  const url = await test.app.listen({ host: '127.0.0.1', port: 0 });
  environment = { ...process.env, CUSTOMARY_URL: url, CUSTOMARY_API_KEY: await test.key('admin') };
});

afterAll(() => test.close());

async function shell(script: string): Promise<string[]> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { env: environment });
  return stdout.split('\n');
}

it('the README has the catalog, the four calls, an event and its trace', () => {
  expect(blocks).toHaveLength(4);
  expect(blocks[1]?.match(/curl/g)).toHaveLength(4);
});

it('the four-call signup runs as the README prints it, and each call repeated gives the first answer', async () => {
  const signup = `${blocks.slice(0, 2).join('\n')}\necho; echo "ids $ORGANIZATION $SUBSCRIBER $SUBSCRIPTION $CREDENTIAL"`;
  const first = (await shell(signup)).at(-2);
  expect(first).toMatch(/^ids org_\w{26} sbr_\w{26} sub_\w{26} crd_\w{26}$/);
  expect((await shell(signup)).at(-2)).toBe(first);
  const { items } = await test.ok('GET', '/v1/organizations?externalId=crm-4711');
  expect(items).toHaveLength(1);
});

it('the event of the README is traced to the subscription of the signup', async () => {
  const before = `${blocks.slice(0, 2).join('\n')}\necho`;
  const answers = await shell(`${before}\n${blocks[2] ?? ''}\necho`);
  expect(JSON.parse(answers.at(-2) ?? '')).toEqual({
    accepted: 1,
    duplicates: 0,
    conflicts: [],
    rejected: [],
  });
  await currentPosition(test.database);
  const trace = JSON.parse((await shell(`${blocks[3] ?? ''}\necho`)).at(-2) ?? '');
  expect(trace.rule).toBe('credential_binding');
  expect(trace.hops.map((hop: { kind: string }) => hop.kind)).toEqual([
    'event',
    'credential',
    'subscriber',
    'organization',
    'subscription',
  ]);
  expect(trace.event.attribution.subscriptionId).toMatch(/^sub_/);
  expect(JSON.stringify(trace)).not.toContain('sk-globex-production-7f3a');
});
