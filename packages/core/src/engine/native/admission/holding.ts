/** What is bounded of what an endpoint does for others. */
export type Bounded = 'associations' | 'handlers' | 'queuedBytes' | 'reassemblyBytes';

/** How much somebody has of an endpoint now. */
export class Holding implements Record<Bounded, number> {
  associations = 0;
  handlers = 0;
  /** The arguments of calls whose handlers run, and the answers that have not been acknowledged. */
  queuedBytes = 0;
  /** What is held of messages of which parts are missing. */
  reassemblyBytes = 0;

  /** Takes over what another has. */
  add(other: Holding): void {
    this.associations += other.associations;
    this.handlers += other.handlers;
    this.queuedBytes += other.queuedBytes;
    this.reassemblyBytes += other.reassemblyBytes;
  }

  /** Hands what another has over to it. */
  subtract(other: Holding): void {
    this.associations -= other.associations;
    this.handlers -= other.handlers;
    this.queuedBytes -= other.queuedBytes;
    this.reassemblyBytes -= other.reassemblyBytes;
  }
}
