/** The two sides of a call: what spans and durations are made of what is told of them. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Meter,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { TracedCall, TracedMessage, TracedRequest } from '@rpcudp/core/endpoint';
import {
  callerAttributes,
  DURATION_BUCKETS,
  endAttributes,
  isServerError,
  metricAttributes,
  serverAttributes,
  spanAttributes,
} from './conventions.js';
import { inject } from './inject.js';

/** How long the spans of streams are: see `InstrumentOptions`. */
export type StreamSpans = 'whole' | 'open' | 'off';

/** What a {@link Side} works with. */
export interface SideParts {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly streamSpans: StreamSpans;
}

/** A call under way. */
interface OpenCall {
  /** In milliseconds, by a clock that never goes back. */
  readonly since: number;
  /** With its span, or with that of whoever has called. */
  readonly context: Context;
  span: Span | undefined;
}

/** Characters of what an error says that a span repeats: it may repeat what a stranger sent. */
const MESSAGE_CHARACTERS_MAX = 512;

/** One side of calls. */
export abstract class Side<M extends TracedMessage> {
  readonly #parts: SideParts;
  readonly #kind: SpanKind;
  readonly #durations: Histogram;
  readonly #open = new Map<M, OpenCall>();

  constructor(parts: SideParts, kind: SpanKind, duration: { readonly name: string; readonly description: string }) {
    this.#parts = parts;
    this.#kind = kind;
    this.#durations = parts.meter.createHistogram(duration.name, {
      description: duration.description,
      unit: 's',
      advice: { explicitBucketBoundaries: [...DURATION_BUCKETS] },
    });
  }

  abstract started(message: M): void;

  /** The first value of a stream has come, or a call ends. */
  begun(message: M): void {
    if (this.#parts.streamSpans !== 'open' || message.code !== undefined) return;
    const open = this.#open.get(message);
    open?.span?.end();
    if (open !== undefined) open.span = undefined;
  }

  ended(message: M): void {
    const open = this.#open.get(message);
    if (open === undefined) return;
    this.#open.delete(message);
    const isError = this.isError(message);
    const seconds = (performance.now() - open.since) / 1_000;
    this.#durations.record(seconds, metricAttributes(message, isError), open.context);
    if (open.span !== undefined) endSpan(open.span, message, isError);
  }

  /** Nothing more is told: what is under way has no end. */
  close(): void {
    for (const { span } of this.#open.values()) span?.end();
    this.#open.clear();
  }

  /** Whether a call ended with an error, to this side. */
  abstract isError(message: M): boolean;

  /** Opens the span of a call, if it gets one; gives the context that the call is in. */
  open(message: M, parent: Context, attributes: Attributes): Context {
    const { tracer, streamSpans } = this.#parts;
    const since = performance.now();
    const hasSpan = message.stream === undefined || streamSpans !== 'off';
    const options = { kind: this.#kind, attributes: { ...spanAttributes(message), ...attributes } };
    const span = hasSpan ? tracer.startSpan(message.name, options, parent) : undefined;
    const own = span === undefined ? parent : trace.setSpan(parent, span);
    this.#open.set(message, { since, context: own, span });
    return own;
  }
}

/** Calls that are made here. */
export class ClientSide extends Side<TracedCall> {
  constructor(parts: SideParts) {
    super(parts, SpanKind.CLIENT, {
      name: 'rpc.client.call.duration',
      description: 'Measures the duration of an outgoing Remote Procedure Call (RPC).',
    });
  }

  started(call: TracedCall): void {
    const own = this.open(call, parentOf(call), serverAttributes(call));
    if (call.metadata !== undefined) inject(own, call.metadata);
  }

  /** Whoever leaves a stream gets no error. */
  isError({ error }: TracedCall): boolean {
    return error !== undefined;
  }
}

/** Calls that are handled here. */
export class ServerSide extends Side<TracedRequest> {
  constructor(parts: SideParts) {
    super(parts, SpanKind.SERVER, {
      name: 'rpc.server.call.duration',
      description: 'Measures the duration of an incoming Remote Procedure Call (RPC).',
    });
  }

  started(request: TracedRequest): void {
    // What is active when a datagram comes is that in which the socket was opened, which has nothing to do with it.
    const caller = propagation.extract(ROOT_CONTEXT, request.metadata);
    const own = this.open(request, caller, callerAttributes(request));
    const { enter } = request;
    request.enter = (run) => context.with(own, () => enter(run));
  }

  isError(request: TracedRequest): boolean {
    return isServerError(request);
  }
}

/** What a call belongs to: what is active, or else what its metadata says by hand. */
function parentOf({ metadata }: TracedCall): Context {
  const active = context.active();
  if (metadata === undefined || trace.getSpanContext(active) !== undefined) return active;
  return propagation.extract(active, metadata);
}

function endSpan(span: Span, message: TracedMessage, isError: boolean): void {
  span.setAttributes(endAttributes(message, isError));
  if (message.executed !== undefined) span.setAttribute('rpcudp.executed', message.executed);
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR, message: textOf(message.error) });
  span.end();
}

function textOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message.slice(0, MESSAGE_CHARACTERS_MAX) : '';
}
