/** One datagram of either wire, taken apart: what is in it, and where and why it stops to make sense. */
import {
  decodeDatagram as decodeRpcudpDatagram,
  decodeFrames,
  decodePacket,
  FRAME_TYPES,
  ID_BYTES,
  NATIVE_VERSION,
  OPENING_HEADER_BYTES,
  PACKET_TYPES,
  PLAIN_HEADER_BYTES,
  Reader,
  REQUEST,
  RESET_BYTES,
  RESPONSE,
  RETRY_TOKEN_BYTES_MAX,
  type NativeFrame,
  type NativePacket,
  type RpcudpRequest,
  type RpcudpResponse,
} from '@rpcudp/core/wire';
import type { Fault } from './fields.js';
import { walkFrames, type WalkedFrames } from './frame-walk.js';
import { rpcudpFault } from './rpcudp-fault.js';

/** A frame, and where in the datagram it begins. */
export interface LocatedFrame {
  readonly offset: number;
  readonly frame: NativeFrame;
}

/** A well-formed datagram, or what can be said of one that is not. */
export type Decoded =
  | {
      readonly kind: 'packet';
      readonly packet: Exclude<NativePacket, ResetPacket | RetryPacket | SealedPacket>;
      readonly frames: LocatedFrame[];
      readonly paddingBytes: number;
    }
  | { readonly kind: 'reset'; readonly packet: ResetPacket }
  | { readonly kind: 'retry'; readonly packet: RetryPacket }
  | { readonly kind: 'sealed'; readonly packet: SealedPacket }
  | { readonly kind: 'message'; readonly message: RpcudpRequest | RpcudpResponse }
  | MalformedDatagram;

type ResetPacket = Extract<NativePacket, { readonly type: typeof PACKET_TYPES.RESET }>;
type RetryPacket = Extract<NativePacket, { readonly type: typeof PACKET_TYPES.RETRY }>;
/** Only its ends can say more of it. */
export type SealedPacket = Extract<NativePacket, { readonly sealed: Uint8Array }>;

/** A datagram that an endpoint drops. */
export interface MalformedDatagram {
  readonly kind: 'malformed';
  /** The wire that its first byte names. */
  readonly wire: 'native' | 'rpcudp' | undefined;
  /** The word under which an endpoint counts it. */
  readonly word: string;
  readonly fault: Fault;
  /** Frames before the fault. Nothing in them happened, for a packet with a bad frame is dropped as a whole. */
  readonly frames: readonly LocatedFrame[];
}

/** Whether a first byte is of one of the wires. */
export function wireOf(first: number | undefined): 'native' | 'rpcudp' | undefined {
  if (first === REQUEST || first === RESPONSE) return 'rpcudp';
  return Object.values<number | undefined>(PACKET_TYPES).includes(first) ? 'native' : undefined;
}

/** Decodes a datagram of either wire. Never throws. */
export function decodeDatagram(bytes: Uint8Array): Decoded {
  const wire = wireOf(bytes[0]);
  if (wire === 'native') return decodeNative(bytes);
  if (wire === undefined)
    return malformed(wire, bytes.length === 0 ? 'too-small' : 'unknown-type', firstByteFault(bytes));
  const message = decodeRpcudpDatagram(bytes);
  if (typeof message === 'string') return malformed(wire, message, rpcudpFault(bytes, message));
  return { kind: 'message', message };
}

function decodeNative(bytes: Uint8Array): Decoded {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') return malformedPacket(bytes, packet);
  if (packet.type === PACKET_TYPES.RESET) return { kind: 'reset', packet };
  if (packet.type === PACKET_TYPES.RETRY) return { kind: 'retry', packet };
  if ('sealed' in packet) return { kind: 'sealed', packet };
  const start = packet.type === PACKET_TYPES.OPENING ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const { spans, paddingBytes } = walkFrames(bytes, start);
  const frames = packet.frames.map((frame, index) => ({ frame, offset: spans[index]?.offset ?? start }));
  return { kind: 'packet', packet, frames, paddingBytes };
}

function malformedPacket(bytes: Uint8Array, word: string): MalformedDatagram {
  const fault = headerFault(bytes);
  if (fault !== undefined) return malformed('native', word, fault);
  const opening = bytes[0] === PACKET_TYPES.OPENING;
  const start = opening ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const misplaced = helloFault(opening, bytes[start], start);
  if (misplaced !== undefined) return malformed('native', word, misplaced);
  const walked = walkFrames(bytes, start);
  const empty = { offset: bytes.length, reason: 'there is no frame but PADDING' };
  return { ...malformed('native', word, walked.fault ?? empty), frames: framesAt(bytes, walked) };
}

/** HELLO comes first in every opening packet, and in no other. */
function helloFault(opening: boolean, firstType: number | undefined, offset: number): Fault | undefined {
  if (opening === (firstType === FRAME_TYPES.HELLO)) return undefined;
  const reason = opening ? 'an opening packet begins with HELLO' : 'HELLO: only opening packets have it';
  return { offset, reason };
}

/** The frames before the fault, as the core decodes each of them. */
function framesAt(bytes: Uint8Array, { spans }: WalkedFrames): LocatedFrame[] {
  return spans.flatMap(({ offset, end }) => {
    const frames = decodeFrames(new Reader(bytes.subarray(offset, end))) ?? [];
    return frames.map((frame) => ({ offset, frame }));
  });
}

/** What is wrong before the frames, if anything is. */
function headerFault(bytes: Uint8Array): Fault | undefined {
  const { length } = bytes;
  if (bytes[0] === PACKET_TYPES.RESET) {
    const reason = `a reset has ${RESET_BYTES} bytes, this one ${length}`;
    return { offset: Math.min(length, RESET_BYTES), reason };
  }
  if (bytes[0] === PACKET_TYPES.RETRY) {
    const most = 1 + ID_BYTES + RETRY_TOKEN_BYTES_MAX;
    const reason = `a retry has from ${2 + ID_BYTES} to ${most} bytes, this one ${length}`;
    return { offset: Math.min(length, most), reason };
  }
  const opening = bytes[0] === PACKET_TYPES.OPENING;
  const least = (opening ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES) + 1;
  if (length < least) {
    const reason = `${opening ? 'an opening packet' : 'a packet'} has at least ${least} bytes, this one ${length}`;
    return { offset: length, reason };
  }
  if (opening && bytes[1] !== NATIVE_VERSION) {
    return { offset: 1, reason: `version ${bytes[1]!}, where ${NATIVE_VERSION} is known` };
  }
  const zero = opening && bytes.subarray(2, 2 + ID_BYTES).every((byte) => byte === 0);
  return zero ? { offset: 2, reason: 'the source id is zero' } : undefined;
}

function firstByteFault(bytes: Uint8Array): Fault {
  if (bytes.length === 0) return { offset: 0, reason: 'there are no bytes' };
  const first = `0x${bytes[0]!.toString(16).padStart(2, '0')}`;
  return { offset: 0, reason: `${first} is the first byte of neither wire: 0xc1 to 0xc3 native, 0x00 and 0x01 rpcudp` };
}

function malformed(wire: MalformedDatagram['wire'], word: string, fault: Fault): MalformedDatagram {
  return { kind: 'malformed', wire, word, fault, frames: [] };
}
