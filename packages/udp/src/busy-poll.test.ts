import type { EndpointPorts, Transmit } from '@rpcudp/core/endpoint';
import { AwakeLoop } from './awake-loop';
import { BusyPoll } from './busy-poll';
import { BUSY_POLL_NEAR_SHARE_MIN } from './limits';

const TURN_MS = 0.1;

/** An event loop whose turns take so long, and which sleeps where nobody asked for one. */
class Turns {
  now = 1000;
  readonly asked: (() => void)[] = [];
  readonly loop = new AwakeLoop({ now: () => this.now, nextTurn: (callback) => void this.asked.push(callback) });

  /** Lets turns pass as long as somebody asks for them; gives how many. */
  untilAsleep(): number {
    let turns = 0;
    for (; this.asked.length > 0; turns += 1) this.turn();
    return turns;
  }

  turn(): void {
    this.now += TURN_MS;
    for (const callback of this.asked.splice(0)) callback();
  }

  /** Time passes, in turns if anybody is awake, until a datagram comes. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.asked.length > 0 && this.now + TURN_MS <= until) this.turn();
    this.now = until;
  }

  get asleep(): boolean {
    return this.asked.length === 0;
  }
}

test('the loop is awake until then, then sleeps, and can be woken again', () => {
  const turns = new Turns();
  turns.loop.stayAwake(turns.now + 1);
  expect(turns.untilAsleep()).toBeCloseTo(10, 0);
  expect(turns.untilAsleep()).toBe(0);
  turns.loop.stayAwake(turns.now + 0.5);
  expect(turns.untilAsleep()).toBeCloseTo(5, 0);
});

test('there is one callback a turn for all who wait, for as long as the last of them', () => {
  const turns = new Turns();
  const polls = [1, 3, 2].map((ms) => new BusyPoll(turns.loop, ms));
  for (const poll of polls) poll.sent();
  expect(turns.asked).toHaveLength(1);
  expect(turns.untilAsleep()).toBeCloseTo(30, 0);
});

test('who sends is awake until the answer comes, and whoever answers until the next call', () => {
  const turns = new Turns();
  const poll = new BusyPoll(turns.loop, 5);
  for (let n = 0; n < 100; n += 1) {
    poll.sent();
    turns.pass(0.5);
    expect(turns.asleep).toBe(false);
    poll.received();
  }
});

test('it sleeps soon after the time in which the next one usually comes', () => {
  const turns = new Turns();
  const poll = new BusyPoll(turns.loop, 5);
  for (let n = 0; n < 100; n += 1) {
    poll.sent();
    turns.pass(0.5);
    poll.received();
  }
  poll.sent();
  expect(turns.untilAsleep()).toBeLessThan(10);
});

test('an endpoint whose peers are far away sleeps as if it were off, and is awake again for one nearby', () => {
  const turns = new Turns();
  const poll = new BusyPoll(turns.loop, 5);
  const exchange = (ms: number): void => {
    poll.sent();
    turns.pass(ms);
    poll.received();
  };
  for (let n = 0; n < 100; n += 1) exchange(40);
  poll.sent();
  expect(turns.untilAsleep()).toBe(1);
  for (let n = 0; n < 8 * BUSY_POLL_NEAR_SHARE_MIN + 1; n += 1) exchange(1);
  poll.sent();
  expect(turns.untilAsleep()).toBeGreaterThan(1);
});

test('datagrams that come together are one, so that those between bursts are waited for', () => {
  const turns = new Turns();
  const poll = new BusyPoll(turns.loop, 5);
  for (let n = 0; n < 100; n += 1) {
    for (let each = 0; each < 30; each += 1) poll.received();
    turns.pass(2);
    expect(turns.asleep).toBe(false);
  }
});

test('what is sent over its ports and what comes goes on unchanged', () => {
  const turns = new Turns();
  const poll = new BusyPoll(turns.loop, 1);
  const send = jest.fn();
  const failed = jest.fn();
  const ports = { now: () => 7, send } as Partial<EndpointPorts> as EndpointPorts;
  const heard = poll.heard(ports);
  heard.send('transmit' as unknown as Transmit, failed);
  expect(send).toHaveBeenCalledWith('transmit', failed);
  expect([heard.now(), turns.untilAsleep() > 0]).toEqual([7, true]);
  const receive = jest.fn();
  const from = { host: '127.0.0.1', port: 1 };
  poll.hearing(receive)(new Uint8Array(2), from);
  expect(receive).toHaveBeenCalledWith(new Uint8Array(2), from);
  expect(turns.untilAsleep()).toBeGreaterThan(0);
});
