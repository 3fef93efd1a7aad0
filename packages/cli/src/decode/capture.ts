/** Captures of network traffic: both formats of pcap, as packets of a link. */
import { misuse } from '../failure.js';
import type { CaptureTime, Entry } from './entries.js';
import { findUdp, knowsLinkType } from './udp-packets.js';

/** A packet as a network card saw it. */
export interface CapturedPacket {
  readonly bytes: Uint8Array;
  readonly linkType: number;
  readonly time: CaptureTime | undefined;
}

/** The end of a capture at a place where it cannot end, or nonsense there. */
export interface BrokenCapture {
  readonly broken: string;
}

/** The datagrams of a capture. */
export function* captureEntries(packets: Iterable<CapturedPacket | BrokenCapture>): Generator<Entry> {
  for (const packet of packets) {
    if ('broken' in packet) {
      yield { kind: 'unreadable', reason: packet.broken, origin: {} };
      return;
    }
    yield entryOf(packet);
  }
}

function entryOf({ bytes, linkType, time }: CapturedPacket): Entry {
  if (!knowsLinkType(linkType)) {
    throw misuse(
      `The capture has packets of link type ${linkType}, which are not known here. ` +
        'Known are Ethernet, Linux cooked, raw IP and loopback: capture on another interface, or convert it.',
    );
  }
  const found = findUdp(bytes, linkType);
  if (found.kind === 'fragment') return { kind: 'passed-over', what: 'IP fragments' };
  if (found.kind === 'other') return { kind: 'passed-over', what: 'other traffic' };
  const { from, to, payload, cut } = found;
  const origin = { from, to, ...(time === undefined ? {} : { time }) };
  if (!cut) return { kind: 'datagram', bytes: payload, origin };
  const reason = `the capture has only the first ${payload.length} bytes of this datagram; capture with -s 0`;
  return { kind: 'unreadable', reason, origin };
}
