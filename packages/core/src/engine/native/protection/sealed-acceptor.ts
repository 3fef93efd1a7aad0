import { isOpening } from '../../../wire/native/packet.js';
import { SEAL_BYTES, type OpeningHeader, type PlainHeader } from '../../../wire/native/packet-types.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { CryptoPort, DhKeyPair } from '../../../crypto/crypto-port.js';
import type { Millis } from '../../engine.js';
import type { HandshakeState } from '../handshake/handshake-state.js';
import { PacketKey } from '../keys/packet-key.js';
import type { KeyRenewal } from '../keys/send-keys.js';
import { TransportKeys } from '../keys/transport-keys.js';
import { isSame, sealedOpeningBytes, writeSealedOpening, writeSealedPlain } from './sealed-headers.js';
import type { OpeningIds, PacketKind, Protection } from './protection.js';

const NO_PAYLOAD = new Uint8Array(0);

/** What a {@link SealedAcceptor} is made of. */
export interface SealedAcceptorParts {
  readonly crypto: CryptoPort;
  /** After the opener's message. */
  readonly handshake: HandshakeState;
  /** That message. */
  readonly message: Uint8Array;
  /** A key pair for this handshake alone. */
  readonly ephemeral: DhKeyPair;
  readonly renewal: KeyRenewal | undefined;
  readonly now: Millis;
}

/**
 * The acceptor's side of a sealed association: docs/protocol.md §11.3. It has all keys from the start. Its opening packets carry
 * the second handshake message, and are sealed like all that it sends.
 */
export class SealedAcceptor implements Protection {
  readonly sealed = true;
  readonly established = true;
  readonly overheadBytes = SEAL_BYTES;
  readonly openingHeaderBytes: number;
  readonly identity: Uint8Array | undefined;
  /** The opener's message, which all of its opening packets repeat. */
  readonly #message: Uint8Array;
  readonly #answer: Uint8Array;
  readonly #early: PacketKey;
  readonly #keys: TransportKeys;

  constructor({ crypto, handshake, message, ephemeral, renewal, now }: SealedAcceptorParts) {
    this.#message = message.slice();
    this.#early = new PacketKey(crypto, handshake.earlyKey());
    // The opener's ephemeral key was found to be no point of low order when its message was read.
    this.#answer = handshake.writeMessage(NO_PAYLOAD, ephemeral) ?? NO_PAYLOAD;
    this.#keys = new TransportKeys(crypto, handshake.split(), now, renewal);
    this.identity = handshake.remoteStatic;
    this.openingHeaderBytes = sealedOpeningBytes(this.#answer);
  }

  writeOpeningHeader(writer: Writer, ids: OpeningIds, number: number, token: Uint8Array | undefined): boolean {
    return writeSealedOpening(writer, ids, number, token, this.#answer);
  }

  writePlainHeader(writer: Writer, destinationId: Uint8Array, number: number, now: Millis): void {
    writeSealedPlain(writer, this.#keys.send, destinationId, number, now);
  }

  seal(packet: Uint8Array, headerBytes: number, number: number, _kind: PacketKind): void {
    this.#keys.send.seal(packet, headerBytes, number);
  }

  open(header: OpeningHeader | PlainHeader, datagram: Uint8Array, number: number, now: Millis): Uint8Array | undefined {
    if (!isOpening(header)) return this.#keys.receive.open(datagram, header.headerBytes, number, header.phase, now);
    if (!isSame(this.#message, header.sealed!.handshake)) return undefined;
    return this.#early.open(datagram, header.headerBytes, number);
  }

  acknowledged(number: number): void {
    this.#keys.send.confirmed(number);
  }
}
