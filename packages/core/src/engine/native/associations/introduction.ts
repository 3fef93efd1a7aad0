import { CALLS_IN_FLIGHT_MAX, OPENING_PACKET_BYTES_MIN } from '../../../native-limits.js';
import { writeHello } from '../../../wire/native/encode-frames.js';
import { RETRY_TOKEN_BYTES_MAX, RETRY_TOKEN_FEATURE, type HelloFeature } from '../../../wire/native/frame-types.js';
import {
  OPENING_HEADER_BYTES,
  PLAIN_HEADER_BYTES,
  writeOpeningHeader,
  writePlainHeader,
} from '../../../wire/native/packet.js';
import { VARINT_MAX, type Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { PacketHeaders } from '../packets/packet-builder.js';
import type { PacketKind } from '../packets/seal.js';

/** HELLO: type, age, message bytes, calls, features. */
const HELLO_BYTES_MAX = 1 + 4 + 4 + 4 + 1;

/** Bytes of an opening packet's header, HELLO included. */
const OPENING_BYTES_MAX = OPENING_HEADER_BYTES + HELLO_BYTES_MAX;

/** What the token of a retry adds to that: its feature's id, its length, and itself. */
const TOKEN_FEATURE_BYTES_MAX = 1 + 1 + RETRY_TOKEN_BYTES_MAX;

const NO_FEATURES: readonly HelloFeature[] = [];

/** What an {@link Introduction} begins with. */
export interface IntroductionParts {
  readonly localId: Uint8Array;
  /** Undefined while the other side has not answered. */
  readonly remoteId: Uint8Array | undefined;
  /** Whether the other side opened the association. */
  readonly accepted: boolean;
  readonly messageBytesMax: number;
}

/** By which ids two sides know each other, and what each knows that the other has heard: docs/protocol.md §2 and §5. */
export class Introduction implements PacketHeaders {
  readonly localId: Uint8Array;
  readonly accepted: boolean;
  remoteId: Uint8Array | undefined;
  /** What a retry has asked the opener to repeat. */
  retryToken: Uint8Array | undefined;
  readonly #messageBytesMax: number;
  /** Whether the other side has shown that it knows our id. */
  #knownThere = false;
  /** Whether a plain packet has come, which the other side sends when it knows that we hear it. */
  #plainHeard = false;
  /** When the first packet went out. */
  #openedAt: Millis | undefined;

  constructor({ localId, remoteId, accepted, messageBytesMax }: IntroductionParts) {
    this.localId = localId;
    this.remoteId = remoteId;
    this.accepted = accepted;
    this.#messageBytesMax = messageBytesMax;
  }

  get packetKind(): PacketKind {
    return this.remoteId !== undefined && this.#knownThere ? 'plain' : 'opening';
  }

  get headerBytes(): number {
    if (this.packetKind === 'plain') return PLAIN_HEADER_BYTES;
    return this.retryToken === undefined ? OPENING_BYTES_MAX : this.headerBytesMax;
  }

  /** What an opener sends has to fit a packet still after a retry. */
  get headerBytesMax(): number {
    return this.accepted ? OPENING_BYTES_MAX : OPENING_BYTES_MAX + TOKEN_FEATURE_BYTES_MAX;
  }

  /** Its opener pays for the answer: docs/protocol.md §5. */
  get paddedBytes(): number {
    return this.accepted || this.packetKind === 'plain' ? 0 : OPENING_PACKET_BYTES_MIN;
  }

  /** Whether the other side, which did not open it, may not know yet that we hear it at our address. */
  get mayBeUnproven(): boolean {
    return !this.accepted && this.remoteId !== undefined && !this.#plainHeard;
  }

  /** A packet has come; `namesUs` says whether it has our id. */
  heard(kind: PacketKind, namesUs: boolean): void {
    if (kind === 'plain') this.#plainHeard = true;
    if (namesUs) this.#knownThere = true;
  }

  writeHeader(writer: Writer, number: number, now: Millis): void {
    this.#openedAt ??= now;
    const { remoteId, retryToken } = this;
    if (remoteId !== undefined && this.#knownThere) return writePlainHeader(writer, remoteId, number);
    writeOpeningHeader(writer, this.localId, remoteId, number);
    writeHello(writer, {
      ageMs: Math.min(Math.floor(now - this.#openedAt), VARINT_MAX),
      messageBytesMax: this.#messageBytesMax,
      callsMax: CALLS_IN_FLIGHT_MAX,
      features: retryToken === undefined ? NO_FEATURES : [{ id: RETRY_TOKEN_FEATURE, value: retryToken }],
    });
  }
}
