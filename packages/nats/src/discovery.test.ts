import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { natsDiscovery } from './discovery';
import { DISCOVERY_INTERVAL_MS, DISCOVERY_TARGETS_MAX, DISCOVERY_WAIT_MS } from './limits';

jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const answer = (port: number): { data: Uint8Array } => ({
  data: Buffer.from(`{"metadata":{"rpcudp.udp":"10.0.0.7:${port}"}}`),
});

/** A connection that answers each time what is made for that time. */
function asked(answersOf: (time: number) => Iterable<{ data: Uint8Array }>) {
  const requestMany = jest.fn(() => {
    const made = answersOf(requestMany.mock.calls.length);
    return Promise.resolve(
      (async function* () {
        for (const one of made) yield await Promise.resolve(one);
      })(),
    );
  });
  const connection = { isClosed: () => false, requestMany } as unknown as NatsConnection;
  const watched = natsDiscovery(connection, 'Orders').watch(new AbortController().signal);
  return { requestMany, found: watched[Symbol.asyncIterator]() };
}

test('it asks again DISCOVERY_INTERVAL_MS after an answer, unless told otherwise', async () => {
  const { requestMany, found } = asked((time) => [answer(time)]);
  await found.next();
  expect(requestMany).toHaveBeenCalledTimes(1);
  await found.next();
  expect(requestMany).toHaveBeenCalledTimes(2);
  expect(jest.mocked(delay).mock.calls.map(([ms]) => ms)).toEqual([DISCOVERY_INTERVAL_MS]);
});

test('DISCOVERY_TARGETS_MAX answers are taken, and no more are waited for, however many come', async () => {
  let given = 0;
  const { found } = asked(function* () {
    for (;;) yield answer((given += 1));
  });
  const { value } = (await found.next()) as { value: readonly object[] };
  expect(value).toHaveLength(DISCOVERY_TARGETS_MAX);
  expect(given).toBe(DISCOVERY_TARGETS_MAX);
});

test('answers are taken for DISCOVERY_WAIT_MS, and whoever goes on answering holds nothing up', async () => {
  const { requestMany, found } = asked(function* () {
    jest.advanceTimersByTime(DISCOVERY_WAIT_MS - 1);
    yield answer(1);
    for (;;) {
      jest.advanceTimersByTime(1);
      yield answer(2);
    }
  });
  expect(await found.next()).toEqual({ done: false, value: [{ address: '10.0.0.7:1' }] });
  expect(requestMany).toHaveBeenCalledWith(
    '$SRV.PING.Orders',
    '',
    expect.objectContaining({ maxWait: DISCOVERY_WAIT_MS }),
  );
});
