import type { CryptoPort, DhKeyPair } from '../../../crypto/crypto-port.js';
import { RpcError } from '../../../errors.js';
import { RESET_TOKEN_BYTES } from '../../../wire/native/packet.js';
import type { Millis, PeerSecurity, RandomBytes } from '../../engine.js';
import { ascii } from '../handshake/ascii.js';
import { HandshakeState } from '../handshake/handshake-state.js';
import type { KeyRenewal } from '../keys/send-keys.js';
import { IK, NK, NN_PSK0, messageBytes, type HandshakePattern } from '../handshake/patterns.js';
import type { Protection } from './protection.js';
import { SealedAcceptor } from './sealed-acceptor.js';
import { SealedOpener } from './sealed-opener.js';

/** What an endpoint proves itself with, and what it lets in. */
export interface Credentials {
  readonly crypto: CryptoPort;
  /** Its identity; not together with `psk`. */
  readonly keyPair: DhKeyPair | undefined;
  /** What all who may talk to it know, 32 bytes. */
  readonly psk: Uint8Array | undefined;
  /** What tokens of resets are made with. The same after a restart, or resets are not believed. */
  readonly resetKey: Uint8Array;
  /** Whether packets that are not sealed are taken as well. */
  readonly allowPlain: boolean;
  /** Whether calls that must not run twice are taken as early data. */
  readonly earlyData: boolean;
}

/** Whom an association is with: nobody in particular, if it is not sealed. */
export const NO_NAME = '';
/** Whoever knows the shared secret. */
export const SHARED_NAME = 'shared secret';
/** Somebody without an identity, who cannot be called but over this very association. */
const ANONYMOUS_NAME = 'anonymous';

/** By which associations with the owner of a public key are found. */
export function nameOf(publicKey: Uint8Array | undefined): string {
  return publicKey === undefined ? SHARED_NAME : String.fromCharCode(...publicKey);
}

/** Handshakes that differ in this fail. */
const PROLOGUE = ascii('rpcudp 1');

const SECRET_BYTES = 32;
const NO_PAYLOAD = new Uint8Array(0);

/** Makes the protections of an endpoint's sealed associations: docs/protocol.md §11.3. */
export class Sealing {
  readonly credentials: Credentials;
  readonly #random: RandomBytes;
  readonly #renewal: KeyRenewal | undefined;

  /** @param renewal When keys are renewed; by default as the protocol says. */
  constructor(credentials: Credentials, random: RandomBytes, renewal?: KeyRenewal) {
    this.credentials = credentials;
    this.#random = random;
    this.#renewal = renewal;
  }

  /** For an association that this side opens. @throws RpcError `INVALID_ARGUMENT` if the peer's key is none */
  opener({ publicKey }: PeerSecurity): Protection {
    const { crypto, psk } = this.credentials;
    const pattern = publicKey === undefined ? NN_PSK0 : this.credentials.keyPair === undefined ? NK : IK;
    const s = pattern === IK ? this.credentials.keyPair : undefined;
    const keys = { s, rs: publicKey, psk: publicKey === undefined ? psk : undefined };
    const handshake = new HandshakeState({ crypto, pattern, initiator: true, prologue: PROLOGUE, ...keys });
    const message = handshake.writeMessage(NO_PAYLOAD, this.#ephemeral());
    if (message !== undefined) return new SealedOpener({ crypto, handshake, message, renewal: this.#renewal });
    throw new RpcError('INVALID_ARGUMENT', 'The public key of the peer is one that no secret key belongs to.');
  }

  /** For an association that a peer opens with a handshake message; undefined if that is not for this side. */
  acceptor(message: Uint8Array, now: Millis): Protection | undefined {
    const { crypto, keyPair, psk } = this.credentials;
    const pattern = this.#patternOf(message.length);
    if (pattern === undefined) return undefined;
    const keys = pattern === NN_PSK0 ? { psk } : { s: keyPair };
    const handshake = new HandshakeState({ crypto, pattern, initiator: false, prologue: PROLOGUE, ...keys });
    if (handshake.readMessage(message) === undefined) return undefined;
    return new SealedAcceptor({
      crypto,
      handshake,
      message,
      ephemeral: this.#ephemeral(),
      renewal: this.#renewal,
      now,
    });
  }

  /** By which calls find an association that a peer has opened. */
  nameOf({ identity }: Protection): string {
    if (identity !== undefined) return nameOf(identity);
    return this.credentials.psk === undefined ? ANONYMOUS_NAME : SHARED_NAME;
  }

  /** What shows a reset to be genuine that ends the association with this id of ours. */
  resetToken(localId: Uint8Array): Uint8Array {
    const { crypto, resetKey } = this.credentials;
    return crypto.hmac(resetKey, localId).slice(0, RESET_TOKEN_BYTES);
  }

  /** Messages of different patterns that this side can read have different lengths. */
  #patternOf(bytes: number): HandshakePattern | undefined {
    const { keyPair, psk } = this.credentials;
    const readable = psk !== undefined ? [NN_PSK0] : keyPair !== undefined ? [NK, IK] : [];
    return readable.find((pattern) => messageBytes(pattern, 0) === bytes);
  }

  #ephemeral(): DhKeyPair {
    return this.credentials.crypto.keyPair(this.#random(SECRET_BYTES));
  }
}
