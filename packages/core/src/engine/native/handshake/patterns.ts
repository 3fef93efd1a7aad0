/** Handshake patterns of the Noise Protocol Framework, revision 34 §7 and §9. */
import { DH_BYTES, TAG_BYTES } from '../../../crypto/crypto-port.js';

/** What a handshake message is made of, in the words of Noise. */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk';

/** A pattern: what the initiator knows from the start, and the tokens of each message, the initiator's first. */
export interface HandshakePattern {
  readonly name: string;
  /** Whether the initiator knows the responder's static key: the pre-message `<- s`. */
  readonly responderKnown: boolean;
  readonly messages: readonly (readonly Token[])[];
}

/** The responder proves its identity; the initiator has none. */
export const NK: HandshakePattern = {
  name: 'NK',
  responderKnown: true,
  messages: [
    ['e', 'es'],
    ['e', 'ee'],
  ],
};

/** Both prove their identity. */
export const IK: HandshakePattern = {
  name: 'IK',
  responderKnown: true,
  messages: [
    ['e', 'es', 's', 'ss'],
    ['e', 'ee', 'se'],
  ],
};

/** Neither has an identity: both prove that they know a shared secret. */
export const NN_PSK0: HandshakePattern = {
  name: 'NNpsk0',
  responderKnown: false,
  messages: [
    ['psk', 'e'],
    ['e', 'ee'],
  ],
};

/** Bytes of a message of a pattern, counted from 0, whose payload is empty. */
export function messageBytes({ messages }: HandshakePattern, message: number): number {
  let bytes = 0;
  let keyed = false;
  for (const tokens of messages.slice(0, message + 1)) {
    bytes = 0;
    for (const token of tokens) {
      if (token === 'e') bytes += DH_BYTES;
      else if (token === 's') bytes += DH_BYTES + (keyed ? TAG_BYTES : 0);
      else keyed = true;
    }
    if (keyed) bytes += TAG_BYTES;
  }
  return bytes;
}
