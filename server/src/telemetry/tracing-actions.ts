import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Link, Span as OtelSpan } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { limits } from '../lib/limits.ts';
import type { Place, Span, Tracing } from '../lib/tracing.ts';

const SERVICE_NAME = 'customary';
const TRACES_PATH = '/v1/traces';

/**
 * Sends spans to a collector by OTLP over HTTP, some at a time and behind what they tell of; what a collector that is
 * away cannot take is dropped. The packages are loaded here and now, so that whoever does not ask for it pays nothing.
 * Nothing global is set: other deployments in the same process, and other packages, are left alone.
 */
export async function startTracing(collectorUrl: string, log: Logger): Promise<Tracing> {
  const [api, core, resources, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/core'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: collectorUrl.replace(/\/+$/, '') + TRACES_PATH,
    timeoutMillis: limits.telemetrySentMsMax,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resources
      .resourceFromAttributes({ 'service.name': SERVICE_NAME })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(loud(exporter, log))],
  });
  const tracer = provider.getTracer(SERVICE_NAME);
  const places = new AsyncLocalStorage<Place>();
  const contextOf = (place: Place | null | undefined): Context =>
    place ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...place }) : api.ROOT_CONTEXT;
  const spanOf = (span: OtelSpan): Span => ({
    place: placeOf(span.spanContext()),
    tell: (facts) => void span.setAttributes(facts),
    end(isFailure = false) {
      if (isFailure) span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.end();
    },
  });
  return {
    here: () => places.getStore() ?? null,
    placeOf(traceparent) {
      const parsed = core.parseTraceParent(traceparent);
      return parsed === null ? null : placeOf(parsed);
    },
    begin(name, { facts = {}, under = places.getStore(), with: others = [], isAnswer = false }) {
      const links: Link[] = others.map((context) => ({ context }));
      const kind = isAnswer ? api.SpanKind.SERVER : api.SpanKind.INTERNAL;
      return spanOf(
        tracer.startSpan(name, { kind, attributes: { ...facts }, links }, contextOf(under)),
      );
    },
    within: (place, work) => places.run(place, work),
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

function placeOf({ traceId, spanId, traceFlags }: Place): Place {
  return { traceId, spanId, traceFlags };
}

/** Says in the log when the collector begins, and ceases, to take no spans. Not why in full: that may hold its headers. */
function loud(exporter: SpanExporter, log: Logger): SpanExporter {
  let isAway = false;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error !== undefined && !isAway)
          log.warn({ reason: error.message.slice(0, 200) }, 'the collector takes no traces');
        if (error === undefined && isAway) log.warn('the collector takes traces again');
        isAway = error !== undefined;
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
