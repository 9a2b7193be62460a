import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './app.ts';

export type ReceivedSpan = {
  name: string;
  /** 1: internal, 2: it answers somebody. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  links: string[];
  /** 2: it failed. */
  status: number;
  facts: Record<string, string | number | boolean>;
};

/** A collector of OpenTelemetry: takes traces by OTLP over HTTP, as JSON. */
export type Collector = {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** All that came, as it came: addresses, headers and bodies. */
  readonly text: string;
  readonly services: ReadonlySet<string>;
  /** What it answers from now on. */
  answer(status: number): void;
  close(): Promise<void>;
};

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const services = new Set<string>();
  let [text, status] = ['', 200];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      text += `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}\n`;
      if (status === 200 && request.url === '/v1/traces') read(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const read = (body: string) => {
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans as Json[]) {
      services.add(String(factsOf(resource.attributes)['service.name']));
      for (const scope of scopeSpans as Json[]) spans.push(...scope.spans.map(spanOf));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    services,
    get text() {
      return text;
    },
    answer: (next) => void (status = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function spanOf(span: Json): ReceivedSpan {
  return {
    name: span.name,
    kind: span.kind,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    links: (span.links ?? []).map((link: Json) => link.spanId),
    status: span.status?.code ?? 0,
    facts: factsOf(span.attributes),
  };
}

function factsOf(attributes: { key: string; value: Json }[] = []): ReceivedSpan['facts'] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  );
}
