import type {
  CallSide,
  InspectedLatency,
  InspectedMethod,
  InspectedPeer,
  InspectionUpdate,
} from '@rpcudp/core/inspection';

/** The calls of one method, or of all of one side, in one interval. */
export interface CallFigures extends Pick<InspectedLatency, 'p50Ms' | 'p99Ms' | 'maxMs'> {
  readonly callsPerSecond: number;
  readonly failedPerSecond: number;
  readonly running: number;
}

export interface MethodFigures extends CallFigures {
  readonly side: CallSide;
  /** `Service.method` */
  readonly name: string;
  /** Since the endpoint was bound. */
  readonly total: number;
}

export interface PeerFigures extends Pick<InspectedPeer, 'address' | 'roundTripMs' | 'windowBytes' | 'inFlightBytes'> {
  /** The share of packets to it that were lost in the interval, from 0 to 1. */
  readonly loss: number;
  readonly datagramsPerSecond: number;
  readonly droppedPerSecond: number;
}

/** What an endpoint did from one update to the next. */
export interface TopFigures {
  readonly boundMs: number;
  readonly served: CallFigures;
  readonly called: CallFigures;
  readonly datagrams: { readonly inPerSecond: number; readonly outPerSecond: number };
  readonly bytes: { readonly inPerSecond: number; readonly outPerSecond: number };
  /** Of all packets to all peers that are shown, from 0 to 1. */
  readonly loss: number;
  readonly droppedPerSecond: number;
  readonly peerCount: number;
  readonly methods: readonly MethodFigures[];
  readonly peers: readonly PeerFigures[];
}

/** @param before An update that came before, not always the last: some are lost. */
export function figuresOf(update: InspectionUpdate, before: InspectionUpdate): TopFigures {
  const seconds = Math.max(0.001, (update.boundMs - before.boundMs) / 1000);
  const rate = (now: number, then = 0): number => Math.max(0, now - then) / seconds;
  const { stats } = update;
  const methods = update.methods.map((method) => methodFigures(method, before, rate));
  const peers = update.peers.map((peer) => peerFigures(peer, before, rate));
  return {
    boundMs: update.boundMs,
    served: sideFigures('server', update, methods),
    called: sideFigures('client', update, methods),
    datagrams: {
      inPerSecond: rate(stats.datagrams.received, before.stats.datagrams.received),
      outPerSecond: rate(stats.datagrams.sent, before.stats.datagrams.sent),
    },
    bytes: {
      inPerSecond: rate(stats.datagrams.bytesReceived, before.stats.datagrams.bytesReceived),
      outPerSecond: rate(stats.datagrams.bytesSent, before.stats.datagrams.bytesSent),
    },
    loss: shareOf(update.peers.map((peer) => packetsOf(peer, before))),
    droppedPerSecond: rate(sumOf(stats.dropped), sumOf(before.stats.dropped)),
    peerCount: update.peerCount,
    methods,
    peers,
  };
}

type Rate = (now: number, then?: number) => number;

function methodFigures(method: InspectedMethod, before: InspectionUpdate, rate: Rate): MethodFigures {
  const { side, service, running, started, latency } = method;
  const then = before.methods.find(
    (each) => each.side === side && each.service === service && each.method === method.method,
  );
  return {
    side,
    name: `${service}.${method.method}`,
    callsPerSecond: rate(started, then?.started),
    failedPerSecond: rate(method.failed, then?.failed),
    running,
    total: started,
    ...timesOf(latency),
  };
}

/** What there is of them. */
function timesOf({ p50Ms, p99Ms, maxMs }: InspectedLatency): Omit<InspectedLatency, 'calls'> {
  return p50Ms === undefined || p99Ms === undefined || maxMs === undefined ? {} : { p50Ms, p99Ms, maxMs };
}

function sideFigures(side: CallSide, { latency }: InspectionUpdate, methods: readonly MethodFigures[]): CallFigures {
  const own = methods.filter((method) => method.side === side);
  const sum = (key: 'callsPerSecond' | 'failedPerSecond' | 'running'): number =>
    own.reduce((total, method) => total + method[key], 0);
  return {
    callsPerSecond: sum('callsPerSecond'),
    failedPerSecond: sum('failedPerSecond'),
    running: sum('running'),
    ...timesOf(latency[side]),
  };
}

function peerFigures(peer: InspectedPeer, before: InspectionUpdate, rate: Rate): PeerFigures {
  const then = peerIn(before, peer);
  const { address, roundTripMs, windowBytes, inFlightBytes, datagrams, dropped } = peer;
  const both = (counts: InspectedPeer['datagrams'] | undefined): number =>
    (counts?.sent ?? 0) + (counts?.received ?? 0);
  return {
    address,
    ...(roundTripMs !== undefined && { roundTripMs }),
    windowBytes,
    inFlightBytes,
    loss: shareOf([packetsOf(peer, before)]),
    datagramsPerSecond: rate(both(datagrams), both(then?.datagrams)),
    droppedPerSecond: rate(dropped, then?.dropped),
  };
}

interface Packets {
  readonly lost: number;
  readonly sent: number;
}

function packetsOf(peer: InspectedPeer, before: InspectionUpdate): Packets {
  const then = peerIn(before, peer);
  // One that was forgotten and has come back counts from nothing.
  return {
    lost: Math.max(0, peer.lostPackets - (then?.lostPackets ?? 0)),
    sent: Math.max(0, peer.datagrams.sent - (then?.datagrams.sent ?? 0)),
  };
}

function shareOf(packets: readonly Packets[]): number {
  const lost = packets.reduce((sum, each) => sum + each.lost, 0);
  const sent = packets.reduce((sum, each) => sum + each.sent, 0);
  // What was lost may have been sent before.
  return sent === 0 ? 0 : Math.min(1, lost / sent);
}

function peerIn({ peers }: InspectionUpdate, { address }: InspectedPeer): InspectedPeer | undefined {
  return peers.find((each) => each.address === address);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
