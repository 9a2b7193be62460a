import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/db/embedded/embedded.ts';
import { createRandom } from '../support/random.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/**
 * Two servers on one database, and a third that is killed and started again, all of them taking usage while the
 * credentials that it names are moved, by whichever of them. Each move is from a later moment on, so that what one of
 * them records by what it remembers from before is put right by no later move.
 */

const KEY = 'cus_a_key_for_the_test_of_two_servers';
const CREDENTIALS = 3;
const MOVES_EACH = 10;
const SENDERS = 4;
const BATCH_EVENTS = 10;
const RESTART_EVERY_MOVES = 10;
const PATIENCE_MS = 120_000;

type Sent = { id: string; credential: number; move: number };

const directory = throwAwayDirectory();
const random = createRandom(20_261_126);
let postgres: EmbeddedPostgres;
let servers: ServerProcess[] = [];
let credentials: string[] = [];
let owners: { organizationId: string; subscriberId: string }[] = [];

const start = () => startServer(postgres.url, KEY, {}, 'built');

/** By one of the servers, again by another where it is gone, until one has done it. */
async function postAnywhere(path: string, body: object): Promise<Record<string, unknown>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const answer = await random.pick(servers).call('POST', path, body);
      if (answer.status < 300) return answer.body as Record<string, unknown>;
      expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(500);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch: the server is gone
    }
    if (performance.now() > deadline) throw new Error(`Nobody answered ${path}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const create = async (path: string, body: object) => String((await postAnywhere(path, body))['id']);

/** The moment from which a move holds; the next one is an hour later. */
const momentOf = (move: number, minutes = 0) =>
  `2024-10-${String(1 + Math.floor(move / 24)).padStart(2, '0')}T${String(move % 24).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:00Z`;

beforeAll(async () => {
  postgres = await startEmbedded({ dataDir: directory.path, durable: false, log: () => undefined });
  servers = [await start()];
  servers.push(...(await Promise.all([start(), start()])));
  for (const name of ['Acme', 'Globex']) {
    const organizationId = await create('/v1/organizations', { name });
    const email = `ada@${name.toLowerCase()}.example`;
    const subscriberId = await create('/v1/subscribers', {
      email,
      organizationIds: [organizationId],
    });
    owners.push({ organizationId, subscriberId });
  }
  for (let i = 0; i < CREDENTIALS; i += 1) {
    const body = { name: `Key ${i}`, credentialId: `sk-${i}`, ...owners[0] };
    credentials.push(await create('/v1/credentials', body));
  }
}, PATIENCE_MS);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await postgres.stop();
  directory.remove();
}, PATIENCE_MS);

/** Moves each credential to and fro, and kills the third server now and then. */
async function moveAll(asked: number[]): Promise<void> {
  for (let move = 1; move <= MOVES_EACH; move += 1) {
    for (const [i, id] of credentials.entries()) {
      asked[i] = move;
      await postAnywhere(`/v1/credentials/${id}/move`, {
        ...owners[move % 2],
        from: momentOf(move),
      });
      if ((move * CREDENTIALS + i) % RESTART_EVERY_MOVES !== 0) continue;
      await servers[2]?.kill();
      servers[2] = await start();
    }
  }
}

it(
  'usage that comes in while its credentials are moved is there once, and whose it was',
  async () => {
    const asked = credentials.map(() => 0);
    const sent: Sent[] = [];
    const under = { way: true };
    const moving = moveAll(asked).finally(() => {
      under.way = false;
    });
    const sender = async (number: number) => {
      for (let batch = 0; under.way; batch += 1) {
        const events = Array.from({ length: BATCH_EVENTS }, (_, i): Sent => {
          const credential = random.integer(0, CREDENTIALS - 1);
          // Of the move that is under way, or the one before.
          const move = Math.max(0, (asked[credential] ?? 0) - random.integer(0, 1));
          return { id: `${number}-${batch}-${i}`, credential, move };
        });
        const body = events.map(({ id, credential, move }) => ({
          id,
          credential: `sk-${credential}`,
          time: momentOf(move, 30),
          measures: { tokens: 1 },
        }));
        const { accepted, duplicates } = await postAnywhere('/v1/events', body);
        expect(Number(accepted) + Number(duplicates)).toBe(BATCH_EVENTS);
        sent.push(...events);
      }
    };
    await Promise.all([moving, ...Array.from({ length: SENDERS }, (_, i) => sender(i))]);
    expect(sent.length).toBeGreaterThan(100);

    const expected = new Map(sent.map(({ id, move }) => [id, owners[move % 2]?.organizationId]));
    const stored = await standing();
    expect(stored.length).toBe(sent.length);
    expect(stored.filter(({ id, organizationId }) => expected.get(id) !== organizationId)).toEqual(
      [],
    );

    const { body } = await random.pick(servers).call('GET', '/v1/checks?complete=true');
    const { checks } = body as { checks: { ok: boolean }[] };
    expect(checks.filter((check) => !check.ok)).toEqual([]);
  },
  2 * PATIENCE_MS,
);

/** Each event, and whose it is by the sum of its entries. */
async function standing(): Promise<{ id: string; organizationId: string }[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; organizationId: string }>(
      `select e.client_id as id, a.organization_id as "organizationId"
         from customary.events e join customary.attributions a on a.event_id = e.id and a.occurred_at = e.occurred_at
        group by 1, 2 having sum(a.sign) <> 0`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
