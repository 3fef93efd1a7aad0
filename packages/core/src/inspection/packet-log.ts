import { formatAddress, type Address } from '../address.js';
import type { Millis, TraceEvent } from '../engine/engine.js';
import type { TracedFrame, TracedPacket } from '../engine/traced-packet.js';
import {
  INSPECTED_FRAMES_PER_PACKET_MAX,
  INSPECTED_PACKETS_PER_UPDATE_MAX,
  INSPECTED_TRACED_CALLS_MAX,
} from '../limits.js';
import { INSPECTION_NAME } from './call-recorder.js';
import type { InspectionSource } from './inspection-source.js';
import type { CallSide } from './inspection-update.js';
import type { InspectedFrame, InspectedPacket, PacketFate, PacketsUpdate, CallPackets } from './packets-update.js';

/** A call that a packet tells of, under a name that no other one has. */
interface KnownCall {
  readonly call: CallPackets;
  /** Whether it is to be told, or told anew. */
  changed: boolean;
}

/**
 * The packets of calls that begin while somebody watches. Others are not told: of most that could be said is not to which call they
 * belong, and of whoever watches nobody wants to see the packets.
 */
export class PacketLog {
  readonly #source: InspectionSource;
  /** Taken once: the clock of the machine moves in steps, and what happens one after the other is to be told so. */
  readonly #wallOffset: Millis;
  readonly #calls = new Map<string, KnownCall>();
  /** By association and number, those that were told and whose fate is not known. */
  readonly #sent = new Set<string>();
  #packets: InspectedPacket[] = [];
  #fates: PacketFate[] = [];
  #omitted = 0;

  constructor(source: InspectionSource) {
    this.#source = source;
    this.#wallOffset = source.clocks.wallClock() - source.clocks.now();
  }

  /** What has come since the last time. */
  take(): PacketsUpdate {
    const { clocks } = this.#source;
    const changed = [...this.#calls.values()].filter((known) => known.changed);
    for (const known of changed) known.changed = false;
    const [packets, fates, packetsOmitted] = [this.#packets, this.#fates, this.#omitted];
    [this.#packets, this.#fates, this.#omitted] = [[], [], 0];
    return { at: clocks.wallClock(), calls: changed.map(({ call }) => call), packets, fates, packetsOmitted };
  }

  /** Takes what happens at the endpoint. */
  readonly tell = (event: TraceEvent): void => {
    switch (event.kind) {
      case 'call-started':
        return this.#begin(event.association, 'client', event.number, event.method);
      case 'request-received':
        return this.#begin(event.association, 'server', event.number, event.method);
      case 'call-ended':
        return this.#end(event.association, event.number, event.outcome);
      case 'packet-sent':
        return this.#add(event, event.to, event.packet, true);
      case 'packet-received':
        return this.#add(event, event.from, event.packet, false);
      case 'packets-acknowledged':
        for (const number of event.numbers) this.#fate(event, number, 'acknowledged');
        return;
      case 'packet-lost':
        return this.#fate(event, event.number, 'lost');
      default:
    }
  };

  #begin(association: string, side: CallSide, number: number, method?: number): void {
    const key = keyOf(association, side, number);
    const name =
      method === undefined ? UNKNOWN : (this.#source.nameOf(method) ?? { ...UNKNOWN, property: hashText(method) });
    if (name.service === INSPECTION_NAME) return void this.#calls.delete(key);
    const { call } = this.#calls.get(key) ?? {};
    // Its first part may have come before its name did.
    if (call !== undefined && (method === undefined || call.method !== '')) return;
    const startedAt = call?.startedAt ?? this.#wallOf(this.#source.clocks.now());
    const { service, property } = name;
    this.#calls.set(key, { call: { association, side, number, service, method: property, startedAt }, changed: true });
    if (this.#calls.size > INSPECTED_TRACED_CALLS_MAX) this.#calls.delete(this.#calls.keys().next().value!);
  }

  #end(association: string, number: number, outcome: NonNullable<CallPackets['outcome']>): void {
    const key = keyOf(association, 'client', number);
    const known = this.#calls.get(key);
    if (known !== undefined) this.#calls.set(key, { call: { ...known.call, outcome }, changed: true });
  }

  #add({ at, association }: Traced, peer: Address, packet: TracedPacket, sent: boolean): void {
    const frames = packet.frames.flatMap((frame) => this.#frame(frame, association, sent) ?? []);
    if (frames.length === 0) return;
    if (this.#packets.length >= INSPECTED_PACKETS_PER_UPDATE_MAX) return void (this.#omitted += 1);
    const { number, bytes, sealed } = packet;
    const shown = frames.slice(0, INSPECTED_FRAMES_PER_PACKET_MAX);
    const direction = sent ? 'sent' : 'received';
    this.#packets.push({
      at: this.#wallOf(at),
      association,
      peer: formatAddress(peer),
      direction,
      number,
      bytes,
      sealed,
      frames: shown,
    });
    if (sent) this.#remember(`${association} ${number}`);
  }

  #remember(packet: string): void {
    this.#sent.add(packet);
    if (this.#sent.size > INSPECTED_PACKETS_PER_UPDATE_MAX) this.#sent.delete(this.#sent.keys().next().value!);
  }

  /** A frame of a call that is known; undefined if it is of none. */
  #frame(frame: TracedFrame, association: string, sent: boolean): InspectedFrame | undefined {
    const side = sideOf(frame, sent);
    if (side === undefined || !('number' in frame)) return undefined;
    const begins = side === 'server' && !sent && (frame.type === 'CALL' || frame.type === 'PART');
    if (begins) this.#begin(association, side, frame.number, frame.type === 'CALL' ? frame.method : undefined);
    if (!this.#calls.has(keyOf(association, side, frame.number))) return undefined;
    const { type, number } = frame;
    return { type, side, number, ...('bytes' in frame && { bytes: frame.bytes }), ...detailOf(frame) };
  }

  #fate({ at, association }: Traced, number: number, fate: PacketFate['fate']): void {
    if (!this.#sent.delete(`${association} ${number}`)) return;
    if (this.#fates.length < INSPECTED_PACKETS_PER_UPDATE_MAX)
      this.#fates.push({ at: this.#wallOf(at), association, number, fate });
  }

  /** By the clock of the machine, to the microsecond. */
  #wallOf(at: Millis): Millis {
    return Math.round((this.#wallOffset + at) * 1000) / 1000;
  }
}

interface Traced {
  readonly at: Millis;
  readonly association: string;
}

function keyOf(association: string, side: CallSide, number: number): string {
  return `${association} ${side} ${number}`;
}

const UNKNOWN = { service: '?', property: '' };

function hashText(method: number): string {
  return `0x${method.toString(16).padStart(8, '0')}`;
}

/** Who made the call that a frame is of: both ends number theirs. Undefined if it is of none. */
function sideOf(frame: TracedFrame, sent: boolean): CallSide | undefined {
  const ours = (isOurs: boolean): CallSide => (isOurs ? 'client' : 'server');
  switch (frame.type) {
    case 'CALL':
    case 'CANCEL':
      return ours(sent);
    case 'RESULT':
    case 'FAILURE':
    case 'STOP':
      return ours(!sent);
    case 'PART':
    case 'ITEM':
    case 'ITEM_PART':
    case 'END':
      return ours((frame.side === 'caller') === sent);
    // It allows what the other side sends.
    case 'CREDIT':
      return ours((frame.side === 'callee') === sent);
    default:
      return undefined;
  }
}

function detailOf(frame: TracedFrame): { readonly detail?: string } {
  switch (frame.type) {
    case 'FAILURE':
      return { detail: `${frame.code}, executed: ${frame.executed}` };
    case 'PART':
      return { detail: `${frame.offset} of ${frame.total}` };
    case 'ITEM':
      return { detail: `item ${frame.index}` };
    case 'ITEM_PART':
      return { detail: `item ${frame.index}, ${frame.offset} of ${frame.total}` };
    case 'CREDIT':
      return { detail: `${frame.items} items more` };
    case 'END':
      return { detail: frame.code ?? `after ${frame.items} items` };
    default:
      return {};
  }
}
