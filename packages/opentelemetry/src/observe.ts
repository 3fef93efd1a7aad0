import type { EndpointStats } from '@rpcudp/core';
import type { Attributes, BatchObservableResult, Meter, MetricOptions, Observable } from '@opentelemetry/api';

/** What has counters: any endpoint. */
export interface Observed {
  stats(): EndpointStats;
}

/** What {@link observe} takes beside the endpoint. */
export interface ObserveOptions {
  /** What tells the metrics of this endpoint from those of others of the process, such as `{ 'rpcudp.endpoint': 'public' }`. */
  readonly attributes?: Attributes;
}

/** Puts figures of an endpoint into a metric. */
type Report = (stats: EndpointStats, observe: (value: number, attributes?: Attributes) => void) => void;

interface Instrument {
  readonly kind: 'ObservableCounter' | 'ObservableUpDownCounter';
  readonly name: string;
  readonly options: MetricOptions;
  readonly report: Report;
}

/**
 * Makes metrics of an endpoint's counters, which are read whenever metrics are collected. What there is of each peer is not among
 * them: there may be as many peers as the network has addresses.
 *
 * ```ts
 * using observation = observe(endpoint, metrics.getMeter('my-service'));
 * ```
 *
 * @returns Ends it.
 */
export function observe(endpoint: Observed, meter: Meter, { attributes = {} }: ObserveOptions = {}): Disposable {
  const metrics = INSTRUMENTS.map(({ kind, name, options, report }) => {
    const instrument: Observable = meter[`create${kind}`](name, options);
    return { instrument, report };
  });
  const collect = (result: BatchObservableResult): void => {
    const stats = endpoint.stats();
    for (const { instrument, report } of metrics)
      report(stats, (value, own) => result.observe(instrument, value, { ...attributes, ...own }));
  };
  const instruments = metrics.map(({ instrument }) => instrument);
  meter.addBatchObservableCallback(collect, instruments);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(collect, instruments) };
}

const INSTRUMENTS: readonly Instrument[] = [
  {
    ...counter('rpcudp.calls', '{call}', 'Calls that this endpoint made, by how they ended.'),
    report: ({ calls: { started: _started, ...outcomes } }, put) => each(outcomes, 'rpcudp.outcome', put),
  },
  {
    ...level('rpcudp.calls.pending', '{call}', 'Calls that wait for an answer.'),
    report: ({ pendingCalls }, put) => put(pendingCalls),
  },
  {
    ...counter('rpcudp.requests', '{call}', 'Calls that this endpoint handled, by how they ended.'),
    report: ({ requests: { received: _received, ...outcomes } }, put) => each(outcomes, 'rpcudp.outcome', put),
  },
  {
    ...level('rpcudp.handlers.running', '{handler}', 'Handlers that run.'),
    report: ({ runningHandlers }, put) => put(runningHandlers),
  },
  {
    ...counter('rpcudp.datagrams', '{datagram}', 'Datagrams that were sent and received.'),
    report: ({ datagrams: { sent, received } }, put) => bothWays(sent, received, put),
  },
  {
    ...counter('rpcudp.io', 'By', 'Bytes of the datagrams that were sent and received.'),
    report: ({ datagrams: { bytesSent, bytesReceived } }, put) => bothWays(bytesSent, bytesReceived, put),
  },
  {
    ...counter('rpcudp.datagrams.refused', '{datagram}', 'Datagrams that the system refused to send.'),
    report: ({ datagrams: { refusedBySystem } }, put) => put(refusedBySystem),
  },
  {
    ...counter('rpcudp.dropped', '{drop}', 'What was dropped, or refused before it ran, by reason.'),
    report: ({ dropped }, put) => each(dropped, 'rpcudp.reason', put),
  },
  {
    ...level('rpcudp.peers', '{peer}', 'Peers of which the endpoint knows something.'),
    report: ({ peers }, put) => put(peers.length),
  },
];

function counter(name: string, unit: string, description: string): Omit<Instrument, 'report'> {
  return { kind: 'ObservableCounter', name, options: { unit, description } };
}

function level(name: string, unit: string, description: string): Omit<Instrument, 'report'> {
  return { kind: 'ObservableUpDownCounter', name, options: { unit, description } };
}

function each(counts: Readonly<Record<string, number>>, attribute: string, put: Parameters<Report>[1]): void {
  for (const [word, count] of Object.entries(counts)) put(count, { [attribute]: word });
}

function bothWays(sent: number, received: number, put: Parameters<Report>[1]): void {
  put(sent, { 'network.io.direction': 'transmit' });
  put(received, { 'network.io.direction': 'receive' });
}
