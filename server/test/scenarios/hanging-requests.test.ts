import { connect as open, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { testApp, type TestApp } from '../support/app.ts';

/** Requests that are not sent to their end, or have none, and connections that ask nothing: others are served. */

const IDLE = 2_000;

let api: TestApp;
let key: string;
let port: number;
let url: string;

beforeAll(async () => {
  api = await testApp();
  key = await api.key('admin');
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  port = Number(new URL(url).port);
});
afterAll(() => api.close());

async function connected(): Promise<Socket> {
  const socket = open({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined); // it is closed under us
  await once(socket, 'connect');
  return socket;
}

const head = (more: string) =>
  `POST /v1/events HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n${more}\r\n\r\n`;

const send = (id: string) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, measures: { calls: 1 }, time: '2026-10-01T00:00:00Z' }),
  });

it('half-sent ones hold the room for usage for a while, and never for good', async () => {
  const enough = limits.ingestWaitingBytesMax / limits.bodyBytesMax;
  const half = await Promise.all(Array.from({ length: enough }, connected));
  const ended = half.map((socket) => once(socket.resume(), 'close'));
  for (const socket of half) socket.write(`${head(`content-length: ${limits.bodyBytesMax}`)}[`);
  let refused = await send('while-it-is-full');
  for (let tries = 0; refused.status === 200 && tries < 200; tries += 1)
    refused = await send('while-it-is-full');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  expect(api.app.server.requestTimeout).toBe(limits.requestSentMsMax);
  const { headersTimeout } = api.app.server;
  Object.assign(api.app.server, { requestTimeout: 1, headersTimeout: 1 });
  await Promise.all(ended);
  Object.assign(api.app.server, { requestTimeout: limits.requestSentMsMax, headersTimeout });
  expect((await send('afterwards')).status).toBe(200);
});

it('endless ones are refused once they are too large', async () => {
  const socket = await connected();
  let answered = '';
  socket.on('data', (chunk: Buffer) => (answered += chunk.toString()));
  const ended = once(socket, 'close');
  socket.write(head('transfer-encoding: chunked'));
  const chunk = `${(1024 * 1024).toString(16)}\r\n${' '.repeat(1024 * 1024)}\r\n`;
  for (let sent = 0; sent < 40 && !answered.includes('\r\n\r\n') && !socket.destroyed; sent += 1) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), ended]);
  }
  socket.end();
  await ended;
  expect(answered).toMatch(/^HTTP\/1.1 413 /);
  expect((await send('after-the-endless')).status).toBe(200);
});

it('idle connections are in nobody’s way', async () => {
  const idle = await Promise.all(Array.from({ length: IDLE }, connected));
  expect((await send('among-the-idle')).status).toBe(200);
  for (const socket of idle) socket.destroy();
});
