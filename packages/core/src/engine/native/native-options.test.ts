import {
  ASSOCIATION_IDLE_MS,
  INITIAL_WINDOW_BYTES_MAX,
  INITIAL_WINDOW_DATAGRAMS,
  LEAST_WINDOW_DATAGRAMS,
  MESSAGE_BYTES_MAX_DEFAULT,
  NATIVE_DATAGRAM_BYTES_DEFAULT,
  REASSEMBLY_BYTES_MAX,
  TIMER_GRANULARITY_MS,
  WINDOW_BYTES_MAX,
} from '../../limits';
import { DeadlineHeap } from '../tables/deadline-heap';
import type { OutgoingCall } from '../engine';
import { Fifo } from '../tables/fifo';
import type { AssociationContext } from './messages/messages-context';
import { CongestionWindow } from './packets/congestion-window';
import { makeContext, type NativeEngineOptions } from './native-options';
import { RoundTrip } from './packets/round-trip';

function contextOf(changes: Partial<NativeEngineOptions> = {}): AssociationContext<OutgoingCall> {
  const options: NativeEngineOptions = {
    runningHandlersMax: 1,
    datagramBytes: NATIVE_DATAGRAM_BYTES_DEFAULT,
    messageBytesMax: MESSAGE_BYTES_MAX_DEFAULT,
    reassemblyBytesMax: REASSEMBLY_BYTES_MAX,
    ...changes,
  };
  return makeContext<OutgoingCall>(options, (length) => new Uint8Array(length), {
    outputs: new Fifo(),
    callDeadlines: new DeadlineHeap(),
    timers: new DeadlineHeap(),
    touch: () => undefined,
    mayRun: () => true,
  });
}

/** The window of an association whose datagrams have so many bytes. */
function windowOf(datagramBytes: number): CongestionWindow {
  const { transmission } = contextOf({ datagramBytes });
  return new CongestionWindow(datagramBytes, transmission.windowBytesMax);
}

/** Lets a window grow as far as it does. */
function grow(window: CongestionWindow, datagramBytes: number): number {
  for (let packet = 1; packet <= 2000; packet += 1) {
    window.sent(datagramBytes);
    window.acknowledged(datagramBytes, packet, true);
  }
  return window.windowBytes;
}

test('an association is idle after two minutes unless told otherwise', () => {
  expect([contextOf().idleMs, contextOf({ idleMs: 5 }).idleMs]).toEqual([ASSOCIATION_IDLE_MS, 5]);
});

test('all associations share the bytes of unfinished messages', () => {
  expect(contextOf().reassemblyBudget).toEqual({ bytes: 0, bytesMax: REASSEMBLY_BYTES_MAX });
});

test('the window begins with ten datagrams, or fewer if they are large, but two', () => {
  const small = NATIVE_DATAGRAM_BYTES_DEFAULT;
  expect(windowOf(small).windowBytes).toBe(INITIAL_WINDOW_DATAGRAMS * small);
  expect(windowOf(5000).windowBytes).toBe(INITIAL_WINDOW_BYTES_MAX);
  expect(windowOf(9000).windowBytes).toBe(LEAST_WINDOW_DATAGRAMS * 9000);
});

test('the window grows to 160 KiB, or to four datagrams if that is more', () => {
  expect(grow(windowOf(1200), 1200)).toBe(WINDOW_BYTES_MAX);
  expect(grow(windowOf(65_507), 65_507)).toBe(4 * 65_507);
});

test('the window shrinks to two datagrams, however much is lost', () => {
  const window = windowOf(1200);
  for (let packet = 1; packet <= 20; packet += 1) {
    window.sent(1200);
    window.lost(1200, 10 * packet, 10 * packet + 1);
  }
  expect(window.windowBytes).toBe(LEAST_WINDOW_DATAGRAMS * 1200);
});

test('no packet is lost by time sooner than a timer can tell', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(0.01, 0);
  expect(roundTrip.lossMs).toBe(TIMER_GRANULARITY_MS);
});
