/** What an input is made of, whatever its format. */

/** Where a datagram was found. */
export interface Origin {
  /** The line of a text, from 1. */
  readonly line?: number;
  /** When it was captured: seconds since the epoch, and nanoseconds of the second. */
  readonly time?: CaptureTime;
  /** Sender and receiver, as host:port. */
  readonly from?: string;
  readonly to?: string;
}

export interface CaptureTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A datagram, something that should have been one, or something that is none and may be passed over. */
export type Entry =
  | { readonly kind: 'datagram'; readonly bytes: Uint8Array; readonly origin: Origin }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly origin: Origin }
  | { readonly kind: 'passed-over'; readonly what: PassedOver };

/** What a capture holds beside datagrams of the wires. */
export type PassedOver = 'other traffic' | 'IP fragments';

/** The moment in ISO form, with microseconds, in UTC. */
export function timeText({ seconds, nanoseconds }: CaptureTime): string {
  const date = new Date(seconds * 1000);
  // A forged capture can name moments that a Date cannot hold.
  const text = Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().slice(0, 19);
  return `${text}.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}Z`;
}
