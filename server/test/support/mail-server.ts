import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What arrived, as the recipient's mail program sees it. */
export type Received = {
  readonly from: string;
  readonly to: readonly string[];
  header(name: string): string | undefined;
  /** The decoded part of a type, such as `text/plain`. */
  part(type: string): Buffer;
};

export type MailServer = {
  readonly url: string;
  readonly received: Received[];
  /** How often anybody named a recipient. */
  readonly asked: () => number;
  /** From now on refuses each recipient with this code; null: takes everything. */
  refuse(code: number | null): void;
  /** Called when a mail has arrived, before the sender is told so. */
  onArrival(then: () => Promise<void>): void;
  close(): Promise<void>;
};

/** A mail server on loopback. */
export async function mailServer(): Promise<MailServer> {
  const received: Received[] = [];
  let code: number | null = null;
  let asked = 0;
  let arrived = async (): Promise<void> => undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_address, _session, done) {
      asked += 1;
      done(code === null ? null : Object.assign(new Error(`No, ${code}`), { responseCode: code }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      const arrive = async () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...read(Buffer.concat(chunks).toString('latin1')),
        });
        await arrived();
        done(null);
      };
      stream.on('end', () => void arrive());
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    asked: () => asked,
    refuse: (next) => void (code = next),
    onArrival: (then) => void (arrived = then),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function read(raw: string): Pick<Received, 'header' | 'part'> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  return {
    header: (name) => headerOf(head, name),
    part(type) {
      const parts = raw.split(/\r\n--[^\r\n]+\r\n/);
      const found = parts.find((part) => headerOf(part, 'Content-Type')?.startsWith(type));
      if (found === undefined) throw new Error(`No ${type} in ${raw.slice(0, 2000)}`);
      const at = found.indexOf('\r\n\r\n');
      return decode(headerOf(found.slice(0, at), 'Content-Transfer-Encoding'), found.slice(at + 4));
    },
  };
}

function headerOf(head: string, name: string): string | undefined {
  const line = new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1];
  return line?.replaceAll(/\r\n[ \t]+/g, ' ');
}

function decode(encoding: string | undefined, body: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1');
}
