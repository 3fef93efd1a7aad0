import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom, SimulatedClock } from '@rpcudp/core/testing';
import * as limits from '../limits';
import { pause, SYSTEM_PORTS, type BalancePorts } from '../ports';
import type { Target } from '../target/target';
import type { Discovery } from './discovery';
import { dns } from './dns';
import { list } from './list';
import type { DnsResolver, SrvRecord } from './resolver';
import { srv } from './srv';
import { follow } from './watch';

/** A resolver that says what a test tells it to. */
class Zone implements DnsResolver {
  four: Record<string, unknown> = {};
  six: Record<string, unknown> = {};
  services: Record<string, unknown> = {};
  asked = 0;

  resolve4(name: string): Promise<string[]> {
    this.asked += 1;
    return answer(this.four, name);
  }

  resolve6(name: string): Promise<string[]> {
    return answer(this.six, name);
  }

  resolveSrv(name: string): Promise<SrvRecord[]> {
    return answer(this.services, name);
  }
}

async function answer<T>(zone: Record<string, unknown>, name: string): Promise<T> {
  const found = zone[name];
  if (found === undefined) throw new Error(`queryA ENOTFOUND ${name}`);
  return found as T;
}

/** Follows a discovery on a simulated clock. */
class Followed {
  readonly clock = new SimulatedClock();
  readonly found: (readonly Target[])[] = [];
  readonly failed: string[] = [];
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();

  constructor(discovery: Discovery) {
    const random = new SeededRandom(5);
    const ports: BalancePorts = {
      now: () => this.clock.now,
      random: () => random.next(),
      setTimer: (ms, callback) => this.clock.setTimer(ms, callback),
    };
    const sink = {
      found: (targets: readonly Target[]) => void this.found.push(targets),
      failed: ({ message }: Error) => void this.failed.push(message),
    };
    this.ended = follow(discovery, sink, ports, this.#abort.signal);
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await this.ended;
    if (this.clock.scheduled > 0) throw new Error('A timer is left.');
  }
}

describe('list', () => {
  test('gives what it was given, once', async () => {
    const followed = new Followed(list(['10.0.0.1:1', { address: '10.0.0.2:1', weight: 2 }]));
    await followed.ended;
    expect(followed.found).toEqual([[{ address: '10.0.0.1:1' }, { address: '10.0.0.2:1', weight: 2 }]]);
  });

  test('is checked when it is made', () => {
    expect(() => list([])).toThrow('list()');
    expect(() => list(['x'])).toThrow('address');
    expect(() => list(Array.from({ length: limits.TARGETS_MAX + 1 }, () => 'a:1'))).toThrow(`${limits.TARGETS_MAX}`);
    expect(list(['a:1']).label).toBe('a:1');
    expect(list(['a:1', 'b:1']).label).toBe('a:1 and 1 more');
  });
});

describe('dns', () => {
  test('gives the addresses of both families, every LOOKUP_EVERY_MS_DEFAULT give or take LOOKUP_JITTER', async () => {
    const zone = new Zone();
    zone.four['orders.internal'] = ['10.0.0.2', '10.0.0.1', '10.0.0.1'];
    zone.six['orders.internal'] = ['fd00::1'];
    const followed = new Followed(dns('orders.internal', { port: 7, resolver: zone }));
    await followed.clock.advance(0);
    expect(followed.found).toEqual([['10.0.0.1:7', '10.0.0.2:7', '[fd00::1]:7'].map((address) => ({ address }))]);
    const each = limits.LOOKUP_EVERY_MS_DEFAULT;
    await followed.clock.advance(each * (1 - limits.LOOKUP_JITTER) - 1);
    expect(zone.asked).toBe(1);
    await followed.clock.advance(2 * limits.LOOKUP_JITTER * each + 2);
    expect(zone.asked).toBe(2);
    await followed.end();
  });

  test('one family is enough', async () => {
    const zone = new Zone();
    zone.six.a = ['fd00::1'];
    const followed = new Followed(dns('a', { port: 7, resolver: zone }));
    await followed.clock.advance(0);
    expect(followed.found).toEqual([[{ address: '[fd00::1]:7' }]]);
    await followed.end();
  });

  test('what is no address of one host is left out, and of too many TARGETS_MAX of each family are read', async () => {
    const zone = new Zone();
    zone.four.a = ['10.0.0.1', '224.0.0.1', '0.0.0.0', 'x', 7, null, { length: 1 }];
    zone.six.a = Array.from({ length: limits.TARGETS_MAX + 5 }, (_, n) => `fd00::${n.toString(16)}`);
    const followed = new Followed(dns('a', { port: 7, resolver: zone }));
    await followed.clock.advance(0);
    expect(followed.found[0]).toHaveLength(limits.TARGETS_MAX + 1);
    await followed.end();
  });

  test('a lookup that fails is begun again after DISCOVERY_RETRY_MS_FIRST, and later, up to DISCOVERY_RETRY_MS_MAX', async () => {
    const zone = new Zone();
    const followed = new Followed(dns('a', { port: 7, resolver: zone }));
    await followed.clock.advance(limits.DISCOVERY_RETRY_MS_FIRST - 1);
    expect(zone.asked).toBe(1);
    expect(followed.failed).toEqual([expect.stringContaining('ENOTFOUND')]);
    await followed.clock.advance(100);
    expect(zone.asked).toBe(2);
    await followed.clock.advance(100_000);
    const before = zone.asked;
    await followed.clock.advance(10 * limits.DISCOVERY_RETRY_MS_MAX);
    expect(zone.asked - before).toBeGreaterThanOrEqual(9);
    expect(zone.asked - before).toBeLessThanOrEqual(10);
    zone.four.a = ['10.0.0.1'];
    await followed.clock.advance(2 * limits.DISCOVERY_RETRY_MS_MAX);
    expect(followed.found).toHaveLength(
      1 + Math.floor((2 * limits.DISCOVERY_RETRY_MS_MAX) / limits.LOOKUP_EVERY_MS_DEFAULT / 1.1),
    );
    await followed.end();
  });

  test('a resolver that never answers has failed after LOOKUP_MS_MAX', async () => {
    const never = new Promise<string[]>(() => undefined);
    const resolver = {
      resolve4: () => never,
      resolve6: () => never,
      resolveSrv: () => new Promise<never>(() => undefined),
    };
    const followed = new Followed(dns('a', { port: 7, resolver }));
    await followed.clock.advance(limits.LOOKUP_MS_MAX - 1);
    expect(followed.failed).toEqual([]);
    await followed.clock.advance(2);
    expect(followed.failed).toEqual([expect.stringContaining('not answered')]);
    await followed.end();
  });

  test('names, ports and times are checked', () => {
    for (const name of ['', 'a b', '.', 'a..b', 'x'.repeat(limits.NAME_CHARACTERS_MAX + 1), 7 as never])
      expect(() => dns(name, { port: 1 })).toThrow('name for DNS');
    expect(() => dns('a', { port: 0 })).toThrow('port');
    expect(() => dns('a', { port: 1, everyMs: limits.LOOKUP_EVERY_MS_MIN - 1 })).toThrow('everyMs');
    // One lookup by our own resolver has ended before the next is due.
    expect(limits.DNS_TIMEOUT_MS * limits.DNS_TRIES).toBeLessThan(limits.LOOKUP_EVERY_MS_DEFAULT);
  });
});

describe('srv', () => {
  test('gives hosts, ports, weights and priorities; the weight is shared by the addresses of a host', async () => {
    const zone = new Zone();
    zone.services['_orders._udp.a'] = [
      { name: 'two.a', port: 2, priority: 1, weight: 0 },
      { name: 'one.a', port: 1, priority: 0, weight: 60 },
    ];
    zone.four['one.a'] = ['10.0.0.1', '10.0.0.2'];
    zone.four['two.a'] = ['10.0.0.3'];
    const followed = new Followed(srv('_orders._udp.a', { resolver: zone }));
    await followed.clock.advance(0);
    expect(followed.found[0]).toEqual([
      { address: '10.0.0.1:1', weight: 30, priority: 0 },
      { address: '10.0.0.2:1', weight: 30, priority: 0 },
      { address: '10.0.0.3:2', weight: limits.SRV_ZERO_WEIGHT, priority: 1 },
    ]);
    await followed.end();
  });

  test('records that are none are left out, no more than SRV_RECORDS_MAX are read, and hosts without address do no harm', async () => {
    const zone = new Zone();
    const good = Array.from({ length: limits.SRV_RECORDS_MAX + 9 }, (_, n) => ({
      name: `h${n}`,
      port: 1,
      priority: 0,
      weight: 0,
    }));
    zone.services.a = [
      ...good,
      { name: '', port: 1, priority: 0, weight: 0 },
      null,
      { name: 'x', port: 0, priority: 0, weight: 0 },
      { name: 'x', port: 1, priority: 0.5, weight: 0 },
    ];
    for (const [n, { name }] of good.entries()) if (n !== 3) zone.four[name] = [`10.0.0.${n}`];
    const followed = new Followed(srv('a', { resolver: zone }));
    await followed.clock.advance(0);
    expect(followed.found[0]!.length).toBeLessThanOrEqual(limits.SRV_RECORDS_MAX);
    expect(followed.found[0]!.length).toBeGreaterThanOrEqual(limits.SRV_RECORDS_MAX - 1);
    expect(followed.found[0]!.every(({ weight }) => weight === 1)).toBe(true);
    await followed.end();
  });

  test('no records, and none whose host has an address, are a failure', async () => {
    const zone = new Zone();
    zone.services.a = [{ name: 'h', port: 1, priority: 0, weight: 0 }];
    zone.services.b = 'nonsense';
    for (const name of ['a', 'b', 'c']) {
      const followed = new Followed(srv(name, { resolver: zone }));
      await followed.clock.advance(0);
      expect(followed.failed).toHaveLength(1);
      await followed.end();
    }
  });
});

test('a discovery that gives no list has failed', async () => {
  const followed = new Followed({
    async *watch() {
      yield 'x' as never;
    },
  });
  await followed.clock.advance(0);
  expect(followed.failed).toEqual([expect.stringContaining('no array')]);
  await followed.end();
});

test('a pause of this process ends with its signal', async () => {
  const abort = new AbortController();
  const paused = pause(1e6, SYSTEM_PORTS, abort.signal);
  abort.abort();
  await paused;
  await pause(1e6, SYSTEM_PORTS, abort.signal);
  await Promise.race([
    pause(1, SYSTEM_PORTS, new AbortController().signal),
    sleep(5_000).then(() => Promise.reject(new Error('late'))),
  ]);
  expect(SYSTEM_PORTS.random()).toBeLessThan(1);
});
