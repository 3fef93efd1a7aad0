import { INITIAL_WINDOW_BYTES_MAX, INITIAL_WINDOW_DATAGRAMS, LEAST_WINDOW_DATAGRAMS } from '../../../native-limits.js';

/** Bytes of the window at first: RFC 9002 §7.2. */
export function initialWindowBytes(datagramBytes: number): number {
  const most = Math.max(leastWindowBytes(datagramBytes), INITIAL_WINDOW_BYTES_MAX);
  return Math.min(INITIAL_WINDOW_DATAGRAMS * datagramBytes, most);
}

/** Bytes of the least window of those that go by losses: RFC 9002 §7.2. */
export function leastWindowBytes(datagramBytes: number): number {
  return LEAST_WINDOW_DATAGRAMS * datagramBytes;
}
