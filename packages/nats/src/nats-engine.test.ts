import { headers } from '@nats-io/transport-node';
import { messagePack } from '@rpcudp/core';
import type { CallOutput, OutgoingCall } from '@rpcudp/core/endpoint';
import { HeldAnswers } from './held-answers';
import { headersOf, type HeaderPairs } from './headers';
import {
  HANDLER_TIMEOUT_MS,
  HEARTBEAT_MS,
  HEARTBEATS_MISSED,
  HELD_ANSWERS_MAX,
  READY_PAUSE_MS_FIRST,
  READY_PAUSE_MS_MAX,
  RETRY_AFTER_MS,
  WINDOW_BYTES,
  WINDOW_ITEMS,
} from './limits';
import type { Link, LinkMessage, Outgoing } from './link';
import { NatsEngine } from './nats-engine';

/** A connection that keeps what is sent over it. */
class KeptLink implements Link {
  state: Link['state'] = 'connected';
  readonly reason = '';
  readonly server = 'nats://nowhere';
  readonly sent: Outgoing[] = [];

  send(message: Outgoing): void {
    this.sent.push(message);
  }
}

/** An engine whose clock is told the time. */
function engineAt(clock: { now: number }) {
  const link = new KeptLink();
  const engine = new NatsEngine<OutgoingCall>({
    link,
    prefix: 'rpc',
    inbox: 'inbox',
    codec: messagePack(),
    window: { items: WINDOW_ITEMS, bytes: WINDOW_BYTES },
    runningMax: 1,
    heartbeatMs: HEARTBEAT_MS,
    now: () => clock.now,
  });
  const outputs = (): CallOutput[] => {
    const all: CallOutput[] = [];
    for (let output = engine.takeOutput(); output !== undefined; output = engine.takeOutput()) all.push(output);
    return all;
  };
  const wakeAt = (now: number): void => {
    clock.now = now;
    engine.wake(now);
  };
  return { engine, link, outputs, wakeAt };
}

const NO_BYTES = new Uint8Array();

function message(reply: string, pairs: HeaderPairs = [], subject = 'rpc.Orders.get'): LinkMessage {
  return { subject, reply, headers: headersOf(pairs), payload: NO_BYTES };
}

test('a handler whose caller does not say how long it waits is ended at HANDLER_TIMEOUT_MS, and not before', () => {
  const { engine, outputs, wakeAt } = engineAt({ now: 0 });
  engine.requested('Orders.get', message('caller.1'));
  wakeAt(HANDLER_TIMEOUT_MS - 1);
  expect(outputs()).toEqual([expect.objectContaining({ kind: 'request' })]);
  wakeAt(HANDLER_TIMEOUT_MS);
  expect(outputs()).toEqual([expect.objectContaining({ kind: 'cancelled', code: 'DEADLINE_EXCEEDED' })]);
});

test('a caller that finds no room is told to come again after RETRY_AFTER_MS', () => {
  const { engine, outputs } = engineAt({ now: 0 });
  engine.requested('Orders.get', message('caller.1'));
  engine.requested('Orders.get', message('caller.2'));
  expect(outputs()).toEqual([
    expect.objectContaining({ kind: 'request' }),
    expect.objectContaining({ kind: 'overload', retryAfterMs: RETRY_AFTER_MS }),
  ]);
});

test('a call that waits for its peer asks again after READY_PAUSE_MS_FIRST, then twice as long, up to READY_PAUSE_MS_MAX', () => {
  const clock = { now: 0 };
  const { engine, link, wakeAt } = engineAt(clock);
  engine.call({
    to: { host: 'nats', port: 0 },
    method: { key: 'Orders.get', bytes: NO_BYTES },
    args: NO_BYTES,
    delivery: 'at-most-once',
    oneWay: false,
    metadata: undefined,
    deadline: 3_600_000,
    waitForReady: true,
  });
  const nobody = { subject: 'inbox.0', reply: '', headers: headers(503, 'No Responders'), payload: NO_BYTES };
  const pauses = Array.from({ length: 8 }, () => {
    engine.received(nobody);
    const pauseMs = engine.settle() - clock.now;
    const asked = link.sent.length;
    wakeAt(clock.now + pauseMs - 1);
    expect(link.sent).toHaveLength(asked);
    wakeAt(clock.now + 1);
    expect(link.sent).toHaveLength(asked + 1);
    return pauseMs;
  });
  expect(pauses).toEqual(
    [1, 2, 4, 8, 16, 32, 64, 128].map((times) => Math.min(times * READY_PAUSE_MS_FIRST, READY_PAUSE_MS_MAX)),
  );
});

/** The streams that an engine serves are one that a caller has just opened. */
function served() {
  const { engine, link, outputs, wakeAt } = engineAt({ now: 0 });
  engine.requested('Orders.add', message('caller.1', [['Rpcudp-Stream', 'client']]));
  const pings = (): number => link.sent.filter(({ headers: [kind] = [] }) => kind?.[1] === 'ping').length;
  return { engine, outputs, wakeAt, pings };
}

test('an end of a stream says that it is there each HEARTBEAT_MS, and not more often', () => {
  const { wakeAt, pings } = served();
  wakeAt(HEARTBEAT_MS - 1);
  expect(pings()).toBe(0);
  wakeAt(HEARTBEAT_MS);
  wakeAt(2 * HEARTBEAT_MS - 1);
  expect(pings()).toBe(1);
  wakeAt(2 * HEARTBEAT_MS);
  expect(pings()).toBe(2);
});

test('a stream is given up after HEARTBEATS_MISSED heartbeats without a word, and a word in time keeps it', () => {
  const { engine, outputs, wakeAt } = served();
  outputs();
  const lostAt = HEARTBEATS_MISSED * HEARTBEAT_MS;
  wakeAt(lostAt - 1);
  engine.received(message('', [['Rpcudp-Kind', 'ping']], 'inbox.0'));
  wakeAt(2 * lostAt - 2);
  expect(outputs()).toEqual([]);
  wakeAt(2 * lostAt - 1);
  expect(outputs()).toEqual([expect.objectContaining({ kind: 'cancelled' })]);
});

test('HELD_ANSWERS_MAX answers are held while the connection is down, and one more takes the place of the oldest', () => {
  const link = new KeptLink();
  const held = new HeldAnswers(link, () => 0);
  const hold = (count: number): string[] => {
    link.state = 'disconnected';
    for (let at = 0; at < count; at += 1) held.send({ subject: `caller.${at}` }, 1);
    link.state = 'connected';
    held.sendAll();
    return link.sent.splice(0).map(({ subject }) => subject);
  };
  const all = hold(HELD_ANSWERS_MAX);
  expect([all.length, all[0]]).toEqual([HELD_ANSWERS_MAX, 'caller.0']);
  const newest = hold(HELD_ANSWERS_MAX + 1);
  expect([newest.length, newest[0], newest.at(-1)]).toEqual([
    HELD_ANSWERS_MAX,
    'caller.1',
    `caller.${HELD_ANSWERS_MAX}`,
  ]);
});
