import { bytesOf, contentOf, framesOf, packetNumberOf } from './frames.js';
import { listOf, numberOf, textOf, type Qlog, type QlogEvent } from './read-qlog.js';

/** The least and the most of a figure. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** What an association did, or what belongs to none. */
export interface GroupSummary {
  /** Undefined of what belongs to no association. */
  readonly group: string | undefined;
  readonly peer: string | undefined;
  readonly opened: boolean | undefined;
  readonly sealed: boolean | undefined;
  readonly beginMs: number;
  readonly endMs: number;
  readonly sent: { readonly packets: number; readonly bytes: number };
  readonly received: { readonly packets: number; readonly bytes: number };
  readonly lost: { readonly packets: number; readonly overtaken: number; readonly late: number };
  /** Lost packets that carried something, and those of them all of which went in another packet. */
  readonly repair: { readonly wanted: number; readonly done: number };
  readonly probes: number;
  readonly windowBytes: Span | undefined;
  readonly inFlightBytes: Span | undefined;
  readonly smoothedMs: Span | undefined;
  readonly leastRoundTripMs: number | undefined;
  readonly congestion: readonly string[];
  readonly calls: { readonly started: number; readonly ended: Readonly<Record<string, number>> };
  readonly requests: number;
  readonly streams: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly ending: string | undefined;
}

export interface QlogSummary {
  readonly title: string;
  readonly beganAt: string | undefined;
  readonly cutOff: boolean;
  readonly events: number;
  /** Events that the endpoint could not write, for its disk was too slow. */
  readonly eventsDropped: number;
  readonly groups: readonly GroupSummary[];
}

/** States that are told of a group at most: BBR goes through many. */
const STATES_MAX = 12;

/** Sums a qlog up, association by association. */
export function summarize({ title, beganAt, cutOff, events }: Qlog): QlogSummary {
  const groups = new Map<string | undefined, QlogEvent[]>();
  for (const event of events) {
    const known = groups.get(event.group);
    if (known === undefined) groups.set(event.group, [event]);
    else known.push(event);
  }
  const eventsDropped = total(named(events, 'rpcudp:events_dropped').map(({ data }) => numberOf(data.count) ?? 0));
  return {
    ...{ title, beganAt, cutOff, events: events.length, eventsDropped },
    groups: [...groups].map(([group, those]) => summarizeGroup(group, those)),
  };
}

function summarizeGroup(group: string | undefined, events: readonly QlogEvent[]): GroupSummary {
  const [started] = named(events, 'quic:connection_started');
  const metrics = named(events, 'quic:recovery_metrics_updated');
  const ended = named(events, 'rpcudp:call_ended').map(({ data }) => textOf(data.outcome) ?? '?');
  const dropped = named(events, 'quic:packet_dropped').map(({ data }) => reasonOf(data));
  return {
    group,
    peer: started?.tuple ?? events.find(({ tuple }) => tuple !== undefined)?.tuple,
    opened: booleanOf(started?.data.opened),
    sealed: booleanOf(started?.data.sealed),
    beginMs: events[0]!.time,
    endMs: events.at(-1)!.time,
    sent: traffic(events, 'sent'),
    received: traffic(events, 'received'),
    ...lossOf(events),
    probes: named(events, 'quic:packet_sent').filter(({ data }) => data.trigger === 'pto_probe').length,
    windowBytes: spanOf(metrics, 'congestion_window'),
    inFlightBytes: spanOf(metrics, 'bytes_in_flight'),
    smoothedMs: spanOf(metrics, 'smoothed_rtt'),
    leastRoundTripMs: spanOf(metrics, 'min_rtt')?.least,
    congestion: named(events, 'quic:congestion_state_updated')
      .slice(0, STATES_MAX)
      .map(({ data }) => textOf(data.new) ?? '?'),
    calls: { started: named(events, 'rpcudp:call_started').length, ended: countsOf(ended) },
    requests: named(events, 'rpcudp:request_received').length,
    streams: named(events, 'quic:stream_state_updated').filter(({ data }) => data.new === 'open').length,
    dropped: countsOf(dropped),
    ending: named(events, 'quic:connection_closed').map(({ data }) => textOf(data.reason) ?? '?')[0],
  };
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function lossOf(events: readonly QlogEvent[]): Pick<GroupSummary, 'lost' | 'repair'> {
  const lost = named(events, 'quic:packet_lost');
  const sent = new Map(named(events, 'quic:packet_sent').map((event) => [packetNumberOf(event), contentsOf(event)]));
  const copies = new Map<string, number>();
  for (const content of [...sent.values()].flat()) copies.set(content, (copies.get(content) ?? 0) + 1);
  const carrying = lost.map((event) => sent.get(packetNumberOf(event)) ?? []).filter(({ length }) => length > 0);
  return {
    lost: {
      packets: lost.length,
      overtaken: lost.filter(({ data }) => data.trigger === 'reordering_threshold').length,
      late: named(events, 'rpcudp:packet_arrived_late').length,
    },
    repair: {
      wanted: carrying.length,
      done: carrying.filter((contents) => contents.every((content) => copies.get(content)! > 1)).length,
    },
  };
}

function contentsOf(event: QlogEvent): string[] {
  return framesOf(event).flatMap((frame) => contentOf(frame) ?? []);
}

function traffic(events: readonly QlogEvent[], way: 'sent' | 'received'): GroupSummary['sent'] {
  const packets = named(events, `quic:packet_${way}`);
  const datagrams = named(events, `quic:udp_datagrams_${way}`);
  const raw = datagrams.flatMap(({ data }) => listOf(data.raw)) as (Record<string, unknown> | null)[];
  return {
    packets: packets.length + datagrams.length,
    bytes: total([...packets.map(bytesOf), ...raw.map((each) => numberOf(each?.length) ?? 0)]),
  };
}

function reasonOf(data: QlogEvent['data']): string {
  const { reason } = (data.details ?? {}) as Record<string, unknown>;
  return textOf(reason) ?? textOf(data.trigger) ?? '?';
}

function named(events: readonly QlogEvent[], name: string): QlogEvent[] {
  return events.filter((event) => event.name === name);
}

function spanOf(events: readonly QlogEvent[], field: string): Span | undefined {
  let least = Infinity;
  let most = -Infinity;
  for (const { data } of events) {
    const value = numberOf(data[field]);
    if (value === undefined) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least <= most ? { least, most } : undefined;
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
