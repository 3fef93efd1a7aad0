import { MESSAGE_BYTES_MAX_DEFAULT, NATIVE_DATAGRAM_BYTES_DEFAULT } from '../../limits';
import {
  ASSOCIATIONS_MAX,
  ASSOCIATION_IDLE_MS,
  ASSOCIATION_USABLE_MS,
  INITIAL_WINDOW_BYTES_MAX,
  INITIAL_WINDOW_DATAGRAMS,
  LEAST_WINDOW_DATAGRAMS,
  QUEUED_BYTES_MAX,
  REASSEMBLY_BYTES_MAX,
  TIMER_GRANULARITY_MS,
  WINDOW_BYTES_MAX,
} from '../../native-limits';
import { CongestedWay } from '../../../test/native/congested-way';
import { testContext } from '../../../test/native/context';
import type { OutgoingCall } from '../engine';
import type { AssociationContext } from './associations/association-context';
import { Standing } from './admission/standing';
import type { NativeEngineOptions } from './native-options';
import { RoundTrip } from './packets/round-trip';

const contextOf = (changes: Partial<NativeEngineOptions> = {}): AssociationContext<OutgoingCall> =>
  testContext({
    datagramBytes: NATIVE_DATAGRAM_BYTES_DEFAULT,
    messageBytesMax: MESSAGE_BYTES_MAX_DEFAULT,
    reassemblyBytesMax: REASSEMBLY_BYTES_MAX,
    ...changes,
  });

/** The window of an association whose datagrams have so many bytes. */
function windowOf(datagramBytes: number): CongestedWay {
  const { transmission } = contextOf({ datagramBytes, congestionControl: 'new-reno' });
  return new CongestedWay({ ...transmission, control: transmission.congestionControl, rate: 1e6, queueBytesMax: 1e9 });
}

test('an association is idle after two minutes unless told otherwise', () => {
  expect([contextOf().idleMs, contextOf({ idleMs: 5 }).idleMs]).toEqual([ASSOCIATION_IDLE_MS, 5]);
});

test('an association that is quiet is used for a shorter time than it is kept, or as long if that is very short', () => {
  expect([contextOf().usableMs, contextOf({ idleMs: 5 }).usableMs]).toEqual([ASSOCIATION_USABLE_MS, 5]);
  expect(ASSOCIATION_USABLE_MS).toBeLessThan(ASSOCIATION_IDLE_MS);
});

test('the bound on associations and tombstones together is 65,536 unless told otherwise', () => {
  expect([contextOf().associationsMax, contextOf({ associationsMax: 5 }).associationsMax]).toEqual([
    ASSOCIATIONS_MAX,
    5,
  ]);
});

test('all associations share the bytes of unfinished messages', () => {
  const { quotas } = contextOf();
  const standing = new Standing('dialled');
  expect(quotas.mayHold(standing, REASSEMBLY_BYTES_MAX, true, 0)).toBe(true);
  quotas.hold(standing, 1);
  expect(quotas.mayHold(standing, REASSEMBLY_BYTES_MAX, true, 0)).toBe(false);
});

test('arguments of running calls and answers that are not acknowledged are bounded, by four of the largest at least', () => {
  const standing = new Standing('dialled');
  for (const [options, bytesMax] of [
    [{}, QUEUED_BYTES_MAX],
    [{ messageBytesMax: QUEUED_BYTES_MAX }, 4 * QUEUED_BYTES_MAX],
  ] as const) {
    const { quotas } = contextOf(options);
    quotas.use(standing, 0, bytesMax - 1);
    expect(quotas.callWaitMs(standing, 0)).toBe(0);
    quotas.use(standing, 0, 1);
    expect(quotas.callWaitMs(standing, 0)).toBeGreaterThan(0);
  }
});

test('the window begins with ten datagrams, or fewer if they are large, but two', () => {
  const small = NATIVE_DATAGRAM_BYTES_DEFAULT;
  expect(windowOf(small).congestion.windowBytes).toBe(INITIAL_WINDOW_DATAGRAMS * small);
  expect(windowOf(5000).congestion.windowBytes).toBe(INITIAL_WINDOW_BYTES_MAX);
  expect(windowOf(9000).congestion.windowBytes).toBe(LEAST_WINDOW_DATAGRAMS * 9000);
});

test('the window grows to 16 MiB', () => {
  const way = windowOf(1200);
  way.run(1500);
  expect(way.congestion.windowBytes).toBe(WINDOW_BYTES_MAX);
});

test('no packet is lost by time sooner than a timer can tell', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(0.01, 0);
  expect(roundTrip.lossMs).toBe(TIMER_GRANULARITY_MS);
});
