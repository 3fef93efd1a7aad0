/** Traces, kept in memory. A program of yours has an exporter here that sends them to a collector. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { instrument } from '@rpcudp/opentelemetry';

const exporter = new InMemorySpanExporter();

/** What `NodeSDK` of `@opentelemetry/sdk-node` does, in a few lines. Comes before the first call. */
export function startTelemetry(): Disposable {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  return instrument();
}

/** All spans that have ended, each below the one that it is of. */
export function traceTree(): string {
  const spans = exporter.getFinishedSpans();
  const lines = (parent: string | undefined, indent: string): string[] =>
    spans
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
      .flatMap((span) => [`${indent}${describe(span)}`, ...lines(span.spanContext().spanId, `${indent}  `)]);
  return lines(undefined, '').join('\n');
}

function describe({ name, kind, attributes, status }: ReadableSpan): string {
  const code = attributes['rpc.status_code'] ?? '';
  const error = status.code === SpanStatusCode.ERROR ? `, an error: ${status.message}` : '';
  return `${SpanKind[kind].toLowerCase()} ${name} ${String(code)}${error}`.trimEnd();
}
