import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customary } from '@customary/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billMonth, finalize, invoicesOf } from '../../src/cli/bill.ts';
import { provision } from '../../src/cli/sample/provision.ts';
import { monthOfUsage } from '../../src/cli/sample/usage.ts';
import { backup } from '../../src/db/backup.ts';
import { restore, verifyBackup } from '../../src/db/backup-restore.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import { createApp } from '../../src/http/app.ts';
import { calendarMonth } from '../../src/lib/period.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { emptyDatabase } from '../support/database.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/** What a customer, an auditor and a support engineer ask, before a backup and after its restore. */
describe('a restored deployment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'customary-restored-'));
  const file = join(folder, 'backup.tar.gz');
  const october = calendarMonth('2026-10', 'UTC');
  let t: TestApp;
  let key: string;
  let questions: string[];
  let answers: string[];

  beforeAll(async () => {
    t = await testApp();
    t.setClock('2026-11-20T00:00:00Z');
    key = await t.key('admin');
    const url = await t.app.listen({ host: '127.0.0.1', port: 0 });
    const api = new Customary({ baseUrl: url, apiKey: key });
    const { organizations } = await provision(api, { startAt: october.start });
    await api.events.ingest(
      monthOfUsage(october, 800, 7) as Parameters<typeof api.events.ingest>[0],
    );
    const invoices = await invoicesOf(
      api,
      await billMonth(api, '2026-10', { write: () => undefined }),
    );
    for (const invoice of invoices.slice(1)) await finalize(api, invoice);
    const { items } = await api.events.list({
      organizationId: organizations.get('perception') ?? '',
      limit: 1,
    });
    questions = [
      '/v1/statements?limit=200',
      `/v1/statements/${invoices[1]?.organizationId}?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z`,
      `/v1/events/${items[0]?.id}/trace`,
      '/v1/events?limit=200',
      '/v1/invoices?limit=200',
      `/v1/invoices/${invoices[0]?.id}`,
      '/v1/credentials?limit=200',
      '/v1/usage?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&groupBy=organization,attribute:model',
      '/v1/checks',
    ];
    answers = await ask(t.app);
    await backup({ url: t.database.url, path: file, now: t.now(), customary: 'test' });
  });
  afterAll(async () => {
    t.app.server.closeAllConnections(); // the client keeps them alive
    await t.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (app: TestApp['app']): Promise<string[]> => {
    const texts: string[] = [];
    for (const url of questions) {
      const { statusCode, body } = await app.inject({
        url,
        headers: { authorization: `Bearer ${key}` },
      });
      expect(statusCode, `${url}: ${body}`).toBe(200);
      texts.push(body);
    }
    return texts;
  };

  /** The answers of a server on the database at `url`, which has been restored. */
  const answersOf = async (url: string) => {
    await restore({ url, backup: await verifyBackup(file) });
    const database = connect({ url, role: 'app', connectionsMax: 4, name: 'customary test' });
    const app = await createApp({ ...t.deployment, database });
    try {
      const texts = await ask(app);
      const again = await app.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { authorization: `Bearer ${key}` },
        payload: monthOfUsage(october, 800, 7),
      });
      return { texts, again: again.json() as unknown };
    } finally {
      await app.close();
      await database.close();
    }
  };

  it('answers the same bytes on another database, and still counts each event once', async () => {
    const target = await emptyDatabase();
    const { texts, again } = await answersOf(target.url);
    expect(texts).toEqual(answers);
    expect(again).toEqual({ accepted: 0, duplicates: 800, conflicts: [], rejected: [] });
    await target.drop();
  });

  it('answers the same bytes on a PostgreSQL of its own', async () => {
    const directory = throwAwayDirectory();
    const postgres = await startEmbedded({
      dataDir: directory.path,
      durable: false,
      log: () => undefined,
    });
    try {
      expect((await answersOf(postgres.url)).texts).toEqual(answers);
    } finally {
      await postgres.stop();
      directory.remove();
    }
  });

  it('asks questions that have answers', () => {
    const [statements = '', , trace = '', , , , , , checks = ''] = answers;
    expect(statements).toContain('Acme Robotics');
    expect(trace).toContain('"kind":"invoiceLine"');
    expect(checks).not.toContain('"ok":false');
  });
});
