import { CALLS_IN_FLIGHT_MAX, OPENING_PACKET_BYTES_MIN, STREAMS_MAX } from '../../../native-limits.js';
import { writeHello } from '../../../wire/native/encode-frames.js';
import {
  RESET_TOKEN_FEATURE,
  RETRY_TOKEN_BYTES_MAX,
  RETRY_TOKEN_FEATURE,
  STREAMS_FEATURE,
  type HelloFeature,
} from '../../../wire/native/frame-types.js';
import { PLAIN_HEADER_BYTES, RESET_TOKEN_BYTES } from '../../../wire/native/packet-types.js';
import { VARINT_MAX, type Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { PacketHeaders } from '../packets/packet-builder.js';
import type { PacketKind, Protection } from '../protection/protection.js';

/** HELLO: type, age, message bytes, calls, features. */
const HELLO_BYTES_MAX = 1 + 4 + 4 + 4 + 1;

/** What the token of a retry adds to that, in HELLO or in a header: its feature's id, its length, and itself. */
const RETRY_TOKEN_ROOM_BYTES = 1 + 1 + RETRY_TOKEN_BYTES_MAX;

/** What the token of resets adds to it. */
const RESET_TOKEN_ROOM_BYTES = 1 + 1 + RESET_TOKEN_BYTES;

/** What the limit of streams adds to it. */
const STREAMS_ROOM_BYTES = 1 + 1 + 2;

const NO_FEATURES: readonly HelloFeature[] = [];

/** What an {@link Introduction} begins with. */
export interface IntroductionParts {
  readonly localId: Uint8Array;
  /** Undefined while the other side has not answered. */
  readonly remoteId: Uint8Array | undefined;
  /** Whether the other side opened the association. */
  readonly accepted: boolean;
  readonly messageBytesMax: number;
  readonly protection: Protection;
  /** By which the other side knows a reset of this association, where it is sealed. */
  readonly resetToken: Uint8Array | undefined;
  /** How many calls with streams this side answers at once. */
  readonly streamsMax: number;
}

/** By which ids two sides know each other, and what each knows that the other has heard: docs/protocol.md §2 and §5. */
export class Introduction implements PacketHeaders {
  readonly localId: Uint8Array;
  readonly accepted: boolean;
  remoteId: Uint8Array | undefined;
  /** What a retry has asked the opener to repeat. */
  retryToken: Uint8Array | undefined;
  readonly #messageBytesMax: number;
  readonly #protection: Protection;
  readonly #resetToken: Uint8Array | undefined;
  /** How many calls with streams this side answers at once, where that is not what goes without saying. */
  readonly #streams: Uint8Array | undefined;
  /** Whether the other side has shown that it knows our id. */
  #knownThere = false;
  /** Whether a plain packet has come, which the other side sends when it knows that we hear it. */
  #plainHeard = false;
  /** When the first packet went out. */
  #openedAt: Millis | undefined;

  constructor(parts: IntroductionParts) {
    const { localId, remoteId, accepted, messageBytesMax, protection, resetToken, streamsMax } = parts;
    this.#streams = streamsMax === STREAMS_MAX ? undefined : Uint8Array.of(streamsMax >> 8, streamsMax & 0xff);
    this.localId = localId;
    this.remoteId = remoteId;
    this.accepted = accepted;
    this.#messageBytesMax = messageBytesMax;
    this.#protection = protection;
    this.#resetToken = resetToken;
  }

  get packetKind(): PacketKind {
    return this.remoteId !== undefined && this.#knownThere ? 'plain' : 'opening';
  }

  get headerBytes(): number {
    if (this.packetKind === 'plain') return PLAIN_HEADER_BYTES;
    return this.retryToken === undefined ? this.#openingBytes() : this.headerBytesMax;
  }

  /** What an opener sends has to fit a packet still after a retry. */
  get headerBytesMax(): number {
    return this.#openingBytes() + (this.accepted ? 0 : RETRY_TOKEN_ROOM_BYTES);
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

  writeHeader(writer: Writer, number: number, now: Millis): number {
    this.#openedAt ??= now;
    const { remoteId, retryToken: token } = this;
    if (remoteId !== undefined && this.#knownThere) {
      this.#protection.writePlainHeader(writer, remoteId, number, now);
      return writer.length;
    }
    const ids = { sourceId: this.localId, destinationId: remoteId };
    const tokenWritten = this.#protection.writeOpeningHeader(writer, ids, number, token);
    const headerBytes = writer.length;
    writeHello(writer, {
      ageMs: Math.min(Math.floor(now - this.#openedAt), VARINT_MAX),
      messageBytesMax: this.#messageBytesMax,
      callsMax: CALLS_IN_FLIGHT_MAX,
      features: this.#features(tokenWritten ? undefined : token),
    });
    return headerBytes;
  }

  #openingBytes(): number {
    const resetBytes = this.#resetToken === undefined ? 0 : RESET_TOKEN_ROOM_BYTES;
    return (
      this.#protection.openingHeaderBytes +
      HELLO_BYTES_MAX +
      resetBytes +
      (this.#streams === undefined ? 0 : STREAMS_ROOM_BYTES)
    );
  }

  #features(retryToken: Uint8Array | undefined): readonly HelloFeature[] {
    if (retryToken === undefined && this.#resetToken === undefined && this.#streams === undefined) return NO_FEATURES;
    const features: HelloFeature[] = [];
    if (retryToken !== undefined) features.push({ id: RETRY_TOKEN_FEATURE, value: retryToken });
    if (this.#resetToken !== undefined) features.push({ id: RESET_TOKEN_FEATURE, value: this.#resetToken });
    if (this.#streams !== undefined) features.push({ id: STREAMS_FEATURE, value: this.#streams });
    return features;
  }
}
