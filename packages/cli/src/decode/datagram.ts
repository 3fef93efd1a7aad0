/** One datagram of either wire, taken apart: what is in it, and where and why it stops to make sense. */
import {
  decodeDatagram as decodeRpcudpDatagram,
  decodeFrames,
  decodePacket,
  OPENING_HEADER_BYTES,
  PACKET_TYPES,
  PLAIN_HEADER_BYTES,
  Reader,
  REQUEST,
  RESPONSE,
  type NativePacket,
  type RpcudpRequest,
  type RpcudpResponse,
} from '@rpcudp/core/wire';
import type { EarlyData, EarlyDataReader } from '@rpcudp/core/endpoint';
import type { Fault } from './fields.js';
import { walkFrames, type WalkedFrames } from './frame-walk.js';
import type { LocatedFrame } from './located-frame.js';
import { headerFault, helloFault } from './native-fault.js';
import { rpcudpFault } from './rpcudp-fault.js';
import type { Opened, SealedPacket } from './sealed.js';

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
  | { readonly kind: 'sealed'; readonly packet: SealedPacket; readonly opened: Opened | undefined }
  | { readonly kind: 'message'; readonly message: RpcudpRequest | RpcudpResponse }
  | MalformedDatagram;

type ResetPacket = Extract<NativePacket, { readonly type: typeof PACKET_TYPES.RESET }>;
type RetryPacket = Extract<NativePacket, { readonly type: typeof PACKET_TYPES.RETRY }>;

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
  /** The datagram, as far as it could be opened. */
  readonly bytes: Uint8Array;
}

/** Whether a first byte is of one of the wires. */
export function wireOf(first: number | undefined): 'native' | 'rpcudp' | undefined {
  if (first === REQUEST || first === RESPONSE) return 'rpcudp';
  return Object.values<number | undefined>(PACKET_TYPES).includes(first) ? 'native' : undefined;
}

/** Decodes a datagram of either wire, and opens it if it is early data that the reader can open. Never throws. */
export function decodeDatagram(bytes: Uint8Array, reader?: EarlyDataReader): Decoded {
  const wire = wireOf(bytes[0]);
  if (wire === 'native') return decodeNative(bytes, reader);
  if (wire === undefined)
    return malformed(wire, bytes.length === 0 ? 'too-small' : 'unknown-type', firstByteFault(bytes), bytes);
  const message = decodeRpcudpDatagram(bytes);
  if (typeof message === 'string') return malformed(wire, message, rpcudpFault(bytes, message), bytes);
  return { kind: 'message', message };
}

function decodeNative(bytes: Uint8Array, reader: EarlyDataReader | undefined): Decoded {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') return malformedPacket(bytes, packet);
  if (packet.type === PACKET_TYPES.RESET) return { kind: 'reset', packet };
  if (packet.type === PACKET_TYPES.RETRY) return { kind: 'retry', packet };
  if ('sealed' in packet) return decodeSealed(packet, reader?.open(bytes));
  const start = packet.type === PACKET_TYPES.OPENING ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const { spans, paddingBytes } = walkFrames(bytes, start);
  const frames = packet.frames.map((frame, index) => ({ frame, offset: spans[index]?.offset ?? start }));
  return { kind: 'packet', packet, frames, paddingBytes };
}

function decodeSealed(packet: SealedPacket, early: EarlyData | undefined): Decoded {
  if (early === undefined) return { kind: 'sealed', packet, opened: undefined };
  const { packet: bytes, headerBytes: start, publicKey } = early;
  const misplaced = helloFault(true, bytes[start], start);
  const walked = walkFrames(bytes, start);
  const fault = misplaced ?? walked.fault;
  const frames = framesAt(bytes, walked);
  if (fault !== undefined) return { ...malformed('native', 'malformed-packet', fault, bytes), frames };
  return { kind: 'sealed', packet, opened: { publicKey, frames, paddingBytes: walked.paddingBytes } };
}

function malformedPacket(bytes: Uint8Array, word: string): MalformedDatagram {
  const fault = headerFault(bytes);
  if (fault !== undefined) return malformed('native', word, fault, bytes);
  const opening = bytes[0] === PACKET_TYPES.OPENING;
  const start = opening ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const misplaced = helloFault(opening, bytes[start], start);
  if (misplaced !== undefined) return malformed('native', word, misplaced, bytes);
  const walked = walkFrames(bytes, start);
  const empty = { offset: bytes.length, reason: 'there is no frame but PADDING' };
  return { ...malformed('native', word, walked.fault ?? empty, bytes), frames: framesAt(bytes, walked) };
}

/** The frames before the fault, as the core decodes each of them. */
function framesAt(bytes: Uint8Array, { spans }: WalkedFrames): LocatedFrame[] {
  return spans.flatMap(({ offset, end }) => {
    const frames = decodeFrames(new Reader(bytes.subarray(offset, end))) ?? [];
    return frames.map((frame) => ({ offset, frame }));
  });
}

function firstByteFault(bytes: Uint8Array): Fault {
  if (bytes.length === 0) return { offset: 0, reason: 'there are no bytes' };
  const first = `0x${bytes[0]!.toString(16).padStart(2, '0')}`;
  return { offset: 0, reason: `${first} is the first byte of neither wire: 0xc1 to 0xc7 native, 0x00 and 0x01 rpcudp` };
}

function malformed(wire: MalformedDatagram['wire'], word: string, fault: Fault, bytes: Uint8Array): MalformedDatagram {
  return { kind: 'malformed', wire, word, fault, frames: [], bytes };
}
