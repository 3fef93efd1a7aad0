import { DH_BYTES, TAG_BYTES, type CryptoPort, type DhKeyPair } from '../../../crypto/crypto-port.js';
import { ascii } from './ascii.js';
import type { HandshakePattern, Token } from './patterns.js';
import { SymmetricState } from './symmetric-state.js';

/** The largest Noise message, in bytes: revision 34 §3. */
export const NOISE_MESSAGE_BYTES_MAX = 65_535;

const EARLY_LABEL = ascii('rpcudp early data');

/** What Initialize() of revision 34 §5.3 takes. Which keys there must be is what the pattern says. */
export interface HandshakeOptions {
  readonly crypto: CryptoPort;
  readonly pattern: HandshakePattern;
  readonly initiator: boolean;
  /** What both sides must agree on beforehand: a handshake between two that differ fails. */
  readonly prologue: Uint8Array;
  /** The own static key pair. */
  readonly s?: DhKeyPair | undefined;
  /** The other side's static public key, which an initiator may know. */
  readonly rs?: Uint8Array | undefined;
  /** The pre-shared key, of 32 bytes. */
  readonly psk?: Uint8Array | undefined;
}

/** The keys of both directions after a handshake, of 32 bytes each. */
export interface SplitKeys {
  readonly send: Uint8Array;
  readonly receive: Uint8Array;
}

/** What one message works on: made for it, and kept only if all of the message is good. */
interface Attempt {
  readonly symmetric: SymmetricState;
  readonly e: DhKeyPair | undefined;
  re: Uint8Array | undefined;
  rs: Uint8Array | undefined;
}

/**
 * The HandshakeState of Noise, revision 34 §5.3. Messages alternate, the initiator's first. A message that is not genuine,
 * or of the wrong length, or that brings a point of low order gives undefined and changes nothing, so the genuine one may
 * still come.
 */
export class HandshakeState {
  readonly #options: HandshakeOptions;
  #symmetric: SymmetricState;
  /** How many messages have been written and read. */
  #messages = 0;
  #e: DhKeyPair | undefined;
  #re: Uint8Array | undefined;
  #rs: Uint8Array | undefined;

  /** @throws Error if a key is missing that the pattern needs */
  constructor(options: HandshakeOptions) {
    const { crypto, pattern, initiator, prologue, s, rs } = options;
    checkKeys(options);
    this.#options = options;
    this.#rs = rs;
    this.#symmetric = SymmetricState.initialize(crypto, `Noise_${pattern.name}_25519_ChaChaPoly_BLAKE2s`);
    this.#symmetric.mixHash(prologue);
    if (pattern.responderKnown) this.#symmetric.mixHash(initiator ? rs! : s!.publicKey);
  }

  /** Another one at the same point, for a message of which more than itself has to be good. */
  clone(): HandshakeState {
    const other = new HandshakeState(this.#options);
    other.#symmetric = this.#symmetric.clone();
    other.#messages = this.#messages;
    other.#e = this.#e;
    other.#re = this.#re;
    other.#rs = this.#rs;
    return other;
  }

  /** Whether the next message is this side's to write. */
  get writes(): boolean {
    return !this.finished && (this.#messages % 2 === 0) === this.#options.initiator;
  }

  /** Whether all messages have been written and read. */
  get finished(): boolean {
    return this.#messages === this.#options.pattern.messages.length;
  }

  /** The other side's static public key; undefined if it has none, or it has not come yet. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#rs;
  }

  /** The hash of all that was said: equal on both sides, and in no other handshake. 32 bytes. */
  get handshakeHash(): Uint8Array {
    return this.#symmetric.handshakeHash;
  }

  /**
   * WriteMessage(). Undefined if the other side's key is a point of low order.
   *
   * @param e A new key pair for this handshake alone, where the message has the token `e`, as both of our patterns' have.
   */
  writeMessage(payload: Uint8Array, e?: DhKeyPair): Uint8Array | undefined {
    if (!this.writes) throw new Error('The next message of this handshake is not this side to write.');
    const attempt = this.#attempt(e ?? this.#e);
    const parts: Uint8Array[] = [];
    for (const token of this.#tokens) {
      if (token === 'e') parts.push(this.#writeEphemeral(attempt));
      else if (token === 's') parts.push(attempt.symmetric.encryptAndHash(this.#options.s!.publicKey));
      else if (!this.#mix(token, attempt)) return undefined;
    }
    parts.push(attempt.symmetric.encryptAndHash(payload));
    this.#keep(attempt);
    return concatenated(parts);
  }

  /** ReadMessage(): the payload, or undefined. Never throws, whatever the bytes are. */
  readMessage(message: Uint8Array): Uint8Array | undefined {
    if (this.finished || this.writes || message.length > NOISE_MESSAGE_BYTES_MAX) return undefined;
    const attempt = this.#attempt(this.#e);
    // A copy: keys are kept, and the slice of a Buffer is a view.
    const bytes = new Uint8Array(message);
    let at = 0;
    for (const token of this.#tokens) {
      if (token === 'e' || token === 's') at = this.#readKey(token, bytes, at, attempt);
      else if (!this.#mix(token, attempt)) return undefined;
      if (at < 0) return undefined;
    }
    const payload = attempt.symmetric.decryptAndHash(bytes.slice(at));
    if (payload !== undefined) this.#keep(attempt);
    return payload;
  }

  /**
   * The key of the initiator's early data, which both sides have between the first message and the second: split off by
   * HKDF(chaining key, 'rpcudp early data' ‖ handshake hash). It is as good as the first message, whose replay it does not
   * see; who later steals the responder's static key, or the pre-shared one, can read what was sealed by it.
   */
  earlyKey(): Uint8Array {
    if (this.#messages !== 1) throw new Error('Early data has a key between the first message and the second.');
    return this.#symmetric.splitOff(EARLY_LABEL);
  }

  /** Split(), when all messages are through. */
  split(): SplitKeys {
    if (!this.finished) throw new Error('A handshake that has not finished has no keys.');
    const [initiator, responder] = this.#symmetric.split();
    return this.#options.initiator ? { send: initiator, receive: responder } : { send: responder, receive: initiator };
  }

  get #tokens(): readonly Token[] {
    return this.#options.pattern.messages[this.#messages]!;
  }

  #attempt(e: DhKeyPair | undefined): Attempt {
    return { symmetric: this.#symmetric.clone(), e, re: this.#re, rs: this.#rs };
  }

  #keep({ symmetric, e, re, rs }: Attempt): void {
    this.#symmetric = symmetric;
    this.#e = e;
    this.#re = re;
    this.#rs = rs;
    this.#messages += 1;
  }

  #writeEphemeral({ e, symmetric }: Attempt): Uint8Array {
    if (e === undefined) throw new Error('This message needs an ephemeral key pair.');
    this.#mixEphemeral(e.publicKey, symmetric);
    return e.publicKey;
  }

  /** Reads the public key that begins at a place; gives where it ends, or -1 if it is not genuine. */
  #readKey(token: 'e' | 's', bytes: Uint8Array, at: number, attempt: Attempt): number {
    const { symmetric } = attempt;
    const end = at + DH_BYTES + (token === 's' && symmetric.hasKey ? TAG_BYTES : 0);
    if (bytes.length < end) return -1;
    const part = bytes.slice(at, end);
    if (token === 'e') {
      attempt.re = part;
      this.#mixEphemeral(part, symmetric);
      return end;
    }
    attempt.rs = symmetric.decryptAndHash(part);
    return attempt.rs === undefined ? -1 : end;
  }

  /** With a pre-shared key, ephemeral keys go into the chaining key as well: §9.2. */
  #mixEphemeral(publicKey: Uint8Array, symmetric: SymmetricState): void {
    symmetric.mixHash(publicKey);
    if (this.#options.psk !== undefined) symmetric.mixKey(publicKey);
  }

  /** Does what a token says that is not in the message; false if two keys agree on nothing. */
  #mix(token: Exclude<Token, 'e' | 's'>, { symmetric, e, re, rs }: Attempt): boolean {
    if (token === 'psk') {
      symmetric.mixKeyAndHash(this.#options.psk!);
      return true;
    }
    // The first letter is the initiator's key, the second the responder's.
    const [own, other] = this.#options.initiator ? [token[0], token[1]] : [token[1], token[0]];
    const pair = own === 'e' ? e : this.#options.s;
    const agreed = pair!.dh((other === 'e' ? re : rs)!);
    if (agreed === undefined) return false;
    symmetric.mixKey(agreed);
    return true;
  }
}

function checkKeys({ pattern, initiator, s, rs, psk }: HandshakeOptions): void {
  const tokens = pattern.messages.flat();
  const sends = pattern.messages.some((message, index) => message.includes('s') && (index % 2 === 0) === initiator);
  const needed: [string, unknown, boolean][] = [
    ['s', s, sends || (pattern.responderKnown && !initiator)],
    ['rs', rs, pattern.responderKnown && initiator],
    ['psk', psk, tokens.includes('psk')],
  ];
  for (const [name, key, isNeeded] of needed)
    if ((key !== undefined) !== isNeeded)
      throw new Error(`A handshake of ${pattern.name} ${isNeeded ? 'needs' : 'has no use for'} the key ${name}.`);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
