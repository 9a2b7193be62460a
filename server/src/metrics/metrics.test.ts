import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(async () => api.close());

async function scrape(): Promise<string> {
  const key = await api.key('metrics.read');
  const answer = await api.app.inject({
    url: '/metrics',
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  return answer.body;
}

it('counts events by what became of them, and requests by route', async () => {
  const event = { id: 'm-1', measures: { calls: 1 } };
  await api.ok('POST', '/v1/events', [event, event, { id: 'm-2' }]);
  await api.ok('POST', '/v1/events', [{ ...event, measures: { calls: 2 } }]);
  const text = await scrape();
  for (const line of [
    'customary_ingest_events_total{outcome="accepted"} 1',
    'customary_ingest_events_total{outcome="duplicate"} 1',
    'customary_ingest_events_total{outcome="conflict"} 1',
    'customary_ingest_events_total{outcome="rejected"} 1',
    'customary_http_request_duration_seconds_count{method="POST",route="/v1/events",status="200"} 2',
    'customary_ingest_waiting{what="events"} 0',
    'customary_database_up 1',
  ])
    expect(text).toContain(line);
  expect(text).toMatch(/customary_fold_lag_transactions [1-9]/);
});

it('names no id, address or key in a label', async () => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Hidden' });
  await api.ok('GET', `/v1/organizations/${id}`);
  await api.call('GET', '/nowhere/sk-secret-1');
  const text = await scrape();
  expect(text).toContain('route="/v1/organizations/:id"');
  expect(text).not.toContain(id);
  expect(text).not.toContain('sk-secret');
});
