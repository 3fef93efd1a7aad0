import { AMPLIFICATION_FACTOR } from '../../../limits.js';

/** Whether a peer has proved that it hears at its address, and what may be sent there before: docs/protocol.md §5. */
export class AddressValidation {
  validated = false;
  #bytesReceived = 0;
  #bytesSent = 0;
  /** After a move, the peer's new address is proven by an acknowledgement of this packet or a later one. */
  #provenBy = Infinity;
  /** From here up to that one, packet numbers were left out: who acknowledges one of them is guessing. */
  #leftOutFrom = 0;

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

  /** The peer has moved: what it proved does not hold for the new address. The numbers between are not used. */
  moved(leftOutFrom: number, provenBy: number): void {
    this.validated = false;
    this.#bytesReceived = 0;
    this.#bytesSent = 0;
    this.#leftOutFrom = leftOutFrom;
    this.#provenBy = provenBy;
  }

  /** Whether nobody who heard us can acknowledge this packet number. */
  isGuess(number: number): boolean {
    return number >= this.#leftOutFrom && number < this.#provenBy && this.#provenBy < Infinity;
  }

  /** A packet has been acknowledged. */
  acknowledged(number: number): void {
    if (number >= this.#provenBy) this.validated = true;
  }
}
