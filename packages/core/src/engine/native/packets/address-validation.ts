import type { Address } from '../../../address.js';
import { AMPLIFICATION_FACTOR } from '../../../native-limits.js';

/** Whether a peer has proved that it hears at one address, and what may be sent there before: docs/protocol.md §5. */
export class AddressValidation {
  readonly address: Address;
  validated: boolean;
  /** What a PATH_RESPONSE has to repeat; undefined where another proof is awaited, or none. */
  readonly challenge: Uint8Array | undefined;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(address: Address, validated: boolean, challenge?: Uint8Array) {
    this.address = address;
    this.validated = validated;
    this.challenge = challenge;
  }

  /** How many bytes may be sent. */
  get allowanceBytes(): number {
    return this.validated ? Infinity : AMPLIFICATION_FACTOR * this.#bytesReceived - this.#bytesSent;
  }

  received(bytes: number): void {
    this.#bytesReceived += bytes;
  }

  sent(bytes: number): void {
    this.#bytesSent += bytes;
  }

  /** Takes what a peer repeated of a challenge: validates the address if it is this one's. */
  answered(bytes: Uint8Array): void {
    const { challenge } = this;
    if (challenge?.every((byte, index) => byte === bytes[index]) === true) this.validated = true;
  }
}
