/** An SDK that keeps what it is given, for tests. */
import { context, metrics, propagation, SpanStatusCode, trace, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** Reads when it is asked to. */
class AskedReader extends MetricReader {
  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

/** One point of a metric. */
export interface Point {
  readonly attributes: object;
  readonly value: unknown;
}

export class Recorder {
  readonly #exporter = new InMemorySpanExporter();
  readonly #reader = new AskedReader();
  readonly tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] });
  readonly meterProvider = new MeterProvider({ readers: [this.#reader] });

  /** Makes it what the program uses. */
  install(propagator: TextMapPropagator = new W3CTraceContextPropagator()): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(propagator);
    trace.setGlobalTracerProvider(this.tracerProvider);
    metrics.setGlobalMeterProvider(this.meterProvider);
  }

  /** Takes back what {@link install} did. */
  static uninstall(): void {
    for (const api of [context, propagation, trace, metrics]) api.disable();
  }

  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** The span of a name and a kind. @throws Error unless there is one */
  span(name: string, kind: ReadableSpan['kind']): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name && span.kind === kind);
    if (found.length === 1) return found[0]!;
    throw new Error(`There are ${found.length} spans ${name} of that kind.`);
  }

  /** The points of each metric, by its name. */
  async metrics(): Promise<Map<string, Point[]>> {
    const { resourceMetrics } = await this.#reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return new Map(
      all.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        (dataPoints as { attributes: object; value: unknown }[]).map(({ attributes, value }) => ({
          attributes,
          value,
        })),
      ]),
    );
  }
}

export function isError({ status }: ReadableSpan): boolean {
  return status.code === SpanStatusCode.ERROR;
}
