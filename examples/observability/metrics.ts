/** Metrics for Prometheus, without OpenTelemetry: how long calls take, and the counters of endpoints. */
import { subscribe } from 'node:diagnostics_channel';
import type { EndpointStats } from '@rpcudp/core';
import type { RpcEndpoint, TracedMessage } from '@rpcudp/core/endpoint';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Endpoints = Readonly<Record<string, RpcEndpoint>>;

export const registry = new Registry();
const registers = [registry];

/** In seconds: calls on one machine take less than a millisecond. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** There is never a label for a peer: there may be as many as the network has addresses. */
export function startMetrics(endpoints: Endpoints): void {
  measure('rpcudp.call', 'rpcudp_call_duration_seconds', 'How long calls take that are made here.');
  measure('rpcudp.handle', 'rpcudp_handle_duration_seconds', 'How long calls take that are handled here.');
  count(endpoints, 'rpcudp_calls_total', 'Calls, by how they ended.', 'outcome', ({ calls }) => {
    const { answered, silent, failed, cancelled } = calls;
    return { answered, silent, failed, cancelled };
  });
  count(endpoints, 'rpcudp_dropped_total', 'What was dropped or refused.', 'reason', ({ dropped }) => dropped);
  count(endpoints, 'rpcudp_bytes_total', 'Bytes of datagrams.', 'direction', ({ datagrams }) => {
    return { sent: datagrams.bytesSent, received: datagrams.bytesReceived };
  });
  level(endpoints, 'rpcudp_pending_calls', 'Calls that wait for an answer.', (stats) => stats.pendingCalls);
  level(endpoints, 'rpcudp_running_handlers', 'Handlers that run.', (stats) => stats.runningHandlers);
}

/** Measures the calls of one side, over all endpoints of the process. */
function measure(name: 'rpcudp.call' | 'rpcudp.handle', metric: string, help: string): void {
  const labelNames = ['method', 'code'] as const;
  const durations = new Histogram({ name: metric, help, labelNames, buckets: BUCKETS, registers });
  const ends = new WeakMap<TracedMessage, (labels: { method: string; code: string }) => number>();
  subscribe(`tracing:${name}:start`, (message) => ends.set(message as TracedMessage, durations.startTimer()));
  subscribe(`tracing:${name}:asyncEnd`, (message) => {
    const { name: method, code = 'OK' } = message as TracedMessage;
    ends.get(message as TracedMessage)?.({ method, code });
  });
}

/** Counters that endpoints keep: they are read when Prometheus asks. */
function count(
  endpoints: Endpoints,
  name: string,
  help: string,
  label: string,
  figuresOf: (stats: EndpointStats) => Readonly<Record<string, number>>,
): void {
  const counter: Counter = new Counter({ name, help, labelNames: ['endpoint', label], registers, collect });
  function collect(): void {
    counter.reset();
    for (const [endpoint, each] of Object.entries(endpoints))
      for (const [word, figure] of Object.entries(figuresOf(each.stats())))
        counter.inc({ endpoint, [label]: word }, figure);
  }
}

function level(endpoints: Endpoints, name: string, help: string, figureOf: (stats: EndpointStats) => number): void {
  const gauge: Gauge = new Gauge({ name, help, labelNames: ['endpoint'], registers, collect });
  function collect(): void {
    for (const [endpoint, each] of Object.entries(endpoints)) gauge.set({ endpoint }, figureOf(each.stats()));
  }
}
