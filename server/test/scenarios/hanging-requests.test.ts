import { connect as open, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { testApp, type TestApp } from '../support/app.ts';

/** Requests that are not sent to their end, or have none, and connections that ask nothing: others are served. */

const IDLE = 2_000;
/** More than there is room for. */
const HALVES_MAX = 20;

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
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await api.close();
});

const opened = new Set<Socket>();

async function connected(): Promise<Socket> {
  const socket = open({ port, host: '127.0.0.1' });
  opened.add(socket);
  await once(socket, 'connect');
  socket.on('error', () => undefined); // it is closed under us
  return socket;
}

/** Also by an error, which `once` would throw. */
const closed = (socket: Socket) =>
  new Promise<void>((resolve) => void socket.resume().once('close', () => resolve()));

const drained = (socket: Socket) =>
  new Promise<void>((resolve) => void socket.once('drain', () => resolve()));

const head = (more: string) =>
  `POST /v1/events HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n${more}\r\n\r\n`;

const send = (id: string) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, measures: { calls: 1 }, time: '2026-10-01T00:00:00Z' }),
  });

it('half-sent ones hold the room for usage for a while, and never for good', async () => {
  const halves: Promise<void>[] = [];
  let refused = await send('before');
  expect(refused.status).toBe(200);
  while (refused.status === 200 && halves.length < HALVES_MAX) {
    const socket = await connected();
    halves.push(closed(socket));
    const asked = once(socket, 'data');
    socket.write(head(`content-length: ${limits.bodyBytesMax}\r\nexpect: 100-continue`));
    await asked; // it goes on to be read, or is refused
    socket.write('[');
    refused = await send(`beside-${halves.length}`);
  }
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  expect(api.app.server.requestTimeout).toBe(limits.requestSentMsMax);
  const { headersTimeout } = api.app.server;
  Object.assign(api.app.server, { requestTimeout: 1, headersTimeout: 1 });
  await Promise.all(halves);
  Object.assign(api.app.server, { requestTimeout: limits.requestSentMsMax, headersTimeout });
  expect((await send('afterwards')).status).toBe(200);
});

it('endless ones are refused once they are too large', async () => {
  const socket = await connected();
  let answered = '';
  socket.on('data', (chunk: Buffer) => (answered += chunk.toString()));
  const ended = closed(socket);
  socket.write(head('transfer-encoding: chunked'));
  const chunk = `${(1024 * 1024).toString(16)}\r\n${' '.repeat(1024 * 1024)}\r\n`;
  for (let sent = 0; sent < 40 && !answered.includes('\r\n\r\n') && !socket.destroyed; sent += 1) {
    if (!socket.write(chunk)) await Promise.race([drained(socket), ended]);
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
