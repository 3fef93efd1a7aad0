import { isOpening } from '../../../wire/native/packet.js';
import { SEAL_BYTES, type OpeningHeader, type PlainHeader } from '../../../wire/native/packet-types.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { HandshakeState } from '../handshake/handshake-state.js';
import { PacketKey } from '../keys/packet-key.js';
import type { KeyRenewal } from '../keys/send-keys.js';
import { TransportKeys } from '../keys/transport-keys.js';
import type { CryptoPort } from '../../../crypto/crypto-port.js';
import { isSame, sealedOpeningBytes, writeSealedOpening, writeSealedPlain } from './sealed-headers.js';
import type { OpeningIds, PacketKind, Protection } from './protection.js';

/** What a {@link SealedOpener} is made of. */
export interface SealedOpenerParts {
  readonly crypto: CryptoPort;
  /** After its first message. */
  readonly handshake: HandshakeState;
  /** That message. */
  readonly message: Uint8Array;
  readonly renewal: KeyRenewal | undefined;
}

/**
 * The opener's side of a sealed association: docs/protocol.md §11.3. Its opening packets carry the first handshake message,
 * and are sealed as early data. The acceptor's first packet that is genuine brings the second message, and with it the keys
 * of everything else.
 */
export class SealedOpener implements Protection {
  readonly sealed = true;
  readonly overheadBytes = SEAL_BYTES;
  readonly openingHeaderBytes: number;
  readonly #crypto: CryptoPort;
  #handshake: HandshakeState;
  readonly #message: Uint8Array;
  readonly #early: PacketKey;
  #answer: Uint8Array | undefined;
  #keys: TransportKeys | undefined;
  readonly #renewal: KeyRenewal | undefined;

  constructor({ crypto, handshake, message, renewal }: SealedOpenerParts) {
    this.#renewal = renewal;
    this.#crypto = crypto;
    this.#handshake = handshake;
    this.#message = message;
    this.#early = new PacketKey(crypto, handshake.earlyKey());
    this.openingHeaderBytes = sealedOpeningBytes(message);
  }

  get established(): boolean {
    return this.#keys !== undefined;
  }

  get identity(): Uint8Array | undefined {
    return this.established ? this.#handshake.remoteStatic : undefined;
  }

  writeOpeningHeader(writer: Writer, ids: OpeningIds, number: number, token: Uint8Array | undefined): boolean {
    return writeSealedOpening(writer, ids, number, token, this.#message);
  }

  writePlainHeader(writer: Writer, destinationId: Uint8Array, number: number, now: Millis): void {
    writeSealedPlain(writer, this.#keys!.send, destinationId, number, now);
  }

  seal(packet: Uint8Array, headerBytes: number, number: number, kind: PacketKind): void {
    if (kind === 'opening') this.#early.seal(packet, headerBytes, number);
    else this.#keys!.send.seal(packet, headerBytes, number);
  }

  open(header: OpeningHeader | PlainHeader, datagram: Uint8Array, number: number, now: Millis): Uint8Array | undefined {
    if (!isOpening(header)) return this.#keys?.receive.open(datagram, header.headerBytes, number, header.phase, now);
    const { handshake } = header.sealed!;
    if (this.#answer === undefined) return this.#finish(handshake, header.headerBytes, datagram, number, now);
    if (!isSame(this.#answer, handshake)) return undefined;
    return this.#keys!.receive.open(datagram, header.headerBytes, number, 0, now);
  }

  acknowledged(number: number): void {
    this.#keys?.send.confirmed(number);
  }

  /** Reads the acceptor's message, and opens the packet that brings it: only if both are genuine has anything changed. */
  #finish(
    message: Uint8Array,
    headerBytes: number,
    datagram: Uint8Array,
    number: number,
    now: Millis,
  ): Uint8Array | undefined {
    const handshake = this.#handshake.clone();
    if (handshake.readMessage(message) === undefined) return undefined;
    const keys = new TransportKeys(this.#crypto, handshake.split(), now, this.#renewal);
    const packet = keys.receive.open(datagram, headerBytes, number, 0, now);
    if (packet === undefined) return undefined;
    this.#handshake = handshake;
    this.#answer = message.slice();
    this.#keys = keys;
    return packet;
  }
}
