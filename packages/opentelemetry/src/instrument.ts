import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diag, metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { TracedCall, TracedMessage, TracedRequest } from '@rpcudp/core/endpoint';
import { SCHEMA_URL, SCOPE } from './conventions.js';
import { ClientSide, ServerSide, type Side, type StreamSpans } from './sides.js';

/** What {@link instrument} takes. */
export interface InstrumentOptions {
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider;
  /**
   * How long the spans of calls are that have streams. `'whole'`: as long as the stream. `'open'`: until its first value has
   * come, or on the server until its handler has given it, for streams that go on for days. `'off'`: there are none, and what is called over
   * there belongs to the span that is active here. Metrics measure the whole of each. Default: `'whole'`.
   */
  readonly streamSpans?: StreamSpans;
}

/**
 * Makes spans and metrics of all calls of this process, on both sides, over whatever endpoint. Call it once, when the SDK has been
 * set up: the global providers are asked for when it is called, and the global propagator for each call.
 *
 * ```ts
 * using instrumentation = instrument();
 * ```
 *
 * @returns Ends it; spans of calls that are under way end with it.
 * @throws TypeError if `streamSpans` is another word.
 */
export function instrument(options: InstrumentOptions = {}): Disposable {
  const { tracerProvider = trace.getTracerProvider(), meterProvider = metrics.getMeterProvider() } = options;
  const { streamSpans = 'whole' } = options;
  if (!STREAM_SPANS.includes(streamSpans))
    throw new TypeError(`streamSpans must be ${STREAM_SPANS.map((word) => `'${word}'`).join(' or ')}.`);
  const parts = {
    tracer: tracerProvider.getTracer(SCOPE, undefined, { schemaUrl: SCHEMA_URL }),
    meter: meterProvider.getMeter(SCOPE, undefined, { schemaUrl: SCHEMA_URL }),
    streamSpans,
  };
  const ends = [
    listen<TracedCall>('rpcudp.call', new ClientSide(parts)),
    listen<TracedRequest>('rpcudp.handle', new ServerSide(parts)),
  ];
  return {
    [Symbol.dispose]: () => {
      for (const end of ends) end();
    },
  };
}

const STREAM_SPANS: readonly StreamSpans[] = ['whole', 'open', 'off'];

/** Tells a side of what its channels tell; gives what ends that. */
function listen<M extends TracedMessage>(name: 'rpcudp.call' | 'rpcudp.handle', side: Side<M>): () => void {
  const heard = [
    ['start', safely((message) => side.started(message as M))],
    ['asyncStart', safely((message) => side.begun(message as M))],
    ['asyncEnd', safely((message) => side.ended(message as M))],
  ] as const;
  for (const [event, hear] of heard) subscribe(`tracing:${name}:${event}`, hear);
  return () => {
    for (const [event, hear] of heard) unsubscribe(`tracing:${name}:${event}`, hear);
    side.close();
  };
}

/** What a subscriber throws, Node makes an uncaught exception of: no call is worth the process. */
function safely(hear: (message: unknown) => void): (message: unknown) => void {
  return (message) => {
    try {
      hear(message);
    } catch (error) {
      diag.error('@rpcudp/opentelemetry could not tell of a call.', error);
    }
  };
}
