import { sameAddress, type Address } from '../../../address.js';
import type { Millis } from '../../engine.js';
import type { RecoveryChanged } from '../../trace-events.js';
import type { UntoldEvent } from './untold-event.js';

/** What is looked at again and again of an association. */
export interface ChangingAssociation {
  readonly messages: { readonly hasStreams: boolean; readonly streams: { readonly entries: readonly TracedStream[] } };
  readonly transmission: {
    readonly sent: { readonly size: number };
    readonly unansweredProbes: number;
    readonly path: {
      readonly address: Address;
      readonly validated: boolean;
      readonly datagramBytes: number;
      readonly roundTrip: TracedRoundTrip;
      readonly congestion: TracedCongestion;
    };
  };
}

interface TracedStream {
  readonly number: number;
  readonly isCaller: boolean;
}

interface TracedRoundTrip {
  readonly smoothedMs: Millis | undefined;
  readonly leastMs: Millis;
  readonly lastMs: Millis;
  readonly variationMs: Millis;
}

interface TracedCongestion {
  readonly state: string;
  readonly windowBytes: number;
  readonly inFlightBytes: number;
  readonly pacingRate: number;
}

type Recovery = Omit<RecoveryChanged, 'at' | 'association' | 'kind'>;

/** What of an association is another than when it was told last. */
export class AssociationChanges {
  readonly #association: ChangingAssociation;
  readonly #tell: (event: UntoldEvent) => void;
  #recovery: Recovery | undefined;
  #congestion: string | undefined;
  #peer: Address;
  #before: Address;
  #proven: boolean;
  #datagramBytes: number;
  /** By number, whether this side made the call. */
  readonly #streams = new Map<number, boolean>();

  constructor(association: ChangingAssociation, tell: (event: UntoldEvent) => void) {
    this.#association = association;
    this.#tell = tell;
    const { path } = association.transmission;
    this.#peer = path.address;
    this.#before = path.address;
    this.#proven = path.validated;
    this.#datagramBytes = path.datagramBytes;
  }

  tell(): void {
    this.#tellPath();
    this.#tellStreams();
    this.#tellCongestion();
    this.#tellRecovery();
  }

  #tellPath(): void {
    const { address, validated, datagramBytes } = this.#association.transmission.path;
    const moved = !sameAddress(address, this.#peer);
    if (moved || validated !== this.#proven) {
      if (moved) this.#before = this.#peer;
      this.#tell({ kind: 'path', peer: address, before: this.#before, proven: validated });
      this.#peer = address;
      this.#proven = validated;
    }
    if (datagramBytes === this.#datagramBytes) return;
    this.#tell({ kind: 'path-size', before: this.#datagramBytes, bytes: datagramBytes });
    this.#datagramBytes = datagramBytes;
  }

  #tellStreams(): void {
    const { messages } = this.#association;
    if (!messages.hasStreams && this.#streams.size === 0) return;
    // One that this side makes has a number only when it leaves.
    const entries = messages.hasStreams ? messages.streams.entries.filter(({ number }) => number >= 0) : [];
    const open = new Map(entries.map(({ number, isCaller }) => [number, isCaller]));
    for (const [number, called] of this.#streams) {
      if (open.has(number)) continue;
      this.#streams.delete(number);
      this.#tell({ kind: 'stream', number, called, state: 'closed' });
    }
    for (const [number, called] of open) {
      if (this.#streams.has(number)) continue;
      this.#streams.set(number, called);
      this.#tell({ kind: 'stream', number, called, state: 'opened' });
    }
  }

  #tellCongestion(): void {
    const { state } = this.#association.transmission.path.congestion;
    if (state === this.#congestion) return;
    this.#tell({ kind: 'congestion', before: this.#congestion, state });
    this.#congestion = state;
  }

  #tellRecovery(): void {
    const recovery = this.#readRecovery();
    const before = this.#recovery;
    const keys = Object.keys(recovery) as (keyof Recovery)[];
    if (before !== undefined && keys.every((key) => recovery[key] === before[key])) return;
    this.#recovery = recovery;
    this.#tell({ kind: 'recovery', ...recovery });
  }

  #readRecovery(): Recovery {
    const { path, sent, unansweredProbes: probes } = this.#association.transmission;
    const { smoothedMs, leastMs, lastMs, variationMs } = path.roundTrip;
    const { windowBytes, inFlightBytes, pacingRate } = path.congestion;
    const isSampled = smoothedMs !== undefined;
    return {
      windowBytes: Math.floor(windowBytes),
      inFlightBytes,
      inFlightPackets: sent.size,
      smoothedMs,
      leastMs: isSampled ? leastMs : undefined,
      latestMs: isSampled ? lastMs : undefined,
      variationMs: isSampled ? variationMs : undefined,
      probes,
      pacingBytesPerMs: Number.isFinite(pacingRate) ? pacingRate : undefined,
    };
  }
}
