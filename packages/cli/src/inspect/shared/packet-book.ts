import type { InspectedFrame, InspectedPacket, PacketFate, PacketsUpdate, CallPackets } from '@rpcudp/core/inspection';

/** A packet of a call, with the frames that are of that call, and what became of it. */
export interface BookedPacket extends InspectedPacket {
  readonly fate?: PacketFate;
}

/** A call with its packets. */
export interface BookedCall {
  readonly key: string;
  readonly call: CallPackets;
  /** In the order in which they were sent or received. */
  readonly packets: readonly BookedPacket[];
}

/** Calls and packets that are kept: as many as one can look through. */
export const CALLS_MAX = 50;
export const PACKETS_PER_CALL_MAX = 200;

/** What was recorded of packets, by call. */
export class PacketBook {
  readonly #calls = new Map<string, { call: CallPackets; packets: BookedPacket[] }>();
  #omitted = 0;

  /** Newest first. */
  get calls(): readonly BookedCall[] {
    return Array.from(this.#calls, ([key, { call, packets }]) => ({ key, call, packets })).reverse();
  }

  /** How many packets were not told. */
  get omitted(): number {
    return this.#omitted;
  }

  /** Takes an update; gives whether it had anything. */
  take({ calls, packets, fates, packetsOmitted }: PacketsUpdate): boolean {
    this.#omitted += packetsOmitted;
    for (const call of calls) this.#begin(call);
    for (const packet of packets) this.#add(packet);
    for (const fate of fates) this.#settle(fate);
    return calls.length + packets.length + fates.length + packetsOmitted > 0;
  }

  #begin(call: CallPackets): void {
    const key = keyOf(call.association, call);
    const known = this.#calls.get(key);
    if (known !== undefined) known.call = call;
    else this.#calls.set(key, { call, packets: [] });
    if (this.#calls.size > CALLS_MAX) this.#calls.delete(this.#calls.keys().next().value!);
  }

  #add(packet: InspectedPacket): void {
    const byCall = new Map<string, InspectedFrame[]>();
    for (const frame of packet.frames) {
      const key = keyOf(packet.association, frame);
      byCall.set(key, [...(byCall.get(key) ?? []), frame]);
    }
    for (const [key, frames] of byCall) {
      const booked = this.#calls.get(key);
      if (booked !== undefined && booked.packets.length < PACKETS_PER_CALL_MAX)
        booked.packets.push({ ...packet, frames });
    }
  }

  #settle(fate: PacketFate): void {
    for (const { packets } of this.#calls.values()) {
      const at = packets.findIndex(
        ({ direction, association, number }) =>
          direction === 'sent' && association === fate.association && number === fate.number,
      );
      if (at >= 0) packets[at] = { ...packets[at]!, fate };
    }
  }
}

function keyOf(association: string, { side, number }: Pick<CallPackets, 'side' | 'number'>): string {
  return `${association} ${side} ${number}`;
}

export function titleOf({ call, packets }: BookedCall): string {
  const { side, service, method, number, outcome } = call;
  const end = outcome === undefined ? '' : `, ${outcome}`;
  return `${side === 'server' ? '←' : '→'} ${service}.${method} #${number} (${packets.length} packets${end})`;
}

/** What a packet is, in a line. */
export function packetText({ number, bytes, frames }: BookedPacket): string {
  const parts = frames.map(({ type, bytes: carried, detail }) => {
    const size = carried === undefined ? '' : ` ${carried} B`;
    return `${type}${size}${detail === undefined ? '' : ` (${detail})`}`;
  });
  return `#${number} ${parts.join(', ')}, ${bytes} B`;
}

/** What became of a packet that was sent. */
export function fateText({ at, fate }: BookedPacket): string {
  if (fate === undefined) return '';
  return `${fate.fate} after ${(fate.at - at).toFixed(2)} ms`;
}
