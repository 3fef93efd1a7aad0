import fc from 'fast-check';
import type { Address } from '../../../address';
import {
  CROWDED_SHARE,
  ESTABLISHED_AFTER_MS,
  HOST_CALLS_PER_SECOND_MAX,
  HOST_HANDSHAKES_PER_SECOND_MAX,
  HOST_SHARE_MAX,
  LOAD_LASTS_MS,
  NETWORK_CALLS_PER_SECOND_MAX,
  NETWORK_HANDSHAKES_PER_SECOND_MAX,
  NETWORK_SHARE_MAX,
  NEWCOMERS_SHARE,
  OVERLOAD_RETRY_MS,
} from '../../../native-limits';
import { Holding } from './holding';
import { Load } from './load';
import { Quotas, type Maxima } from './quotas';
import { Standing } from './standing';

const NOW = 1_000_000;
const MAX = 6_400;
const CROWDED = MAX * CROWDED_SHARE;
const MAXIMA: Maxima = { associations: MAX, handlers: MAX, queuedBytes: MAX, reassemblyBytes: MAX };
const at = (host: string): Address => ({ host, port: 1 });

class Bench {
  readonly load = new Load();
  readonly quotas = new Quotas(MAXIMA, this.load);

  /** A peer that has proved its address, long ago unless told otherwise. */
  peer(host: string, provenAt = NOW - ESTABLISHED_AFTER_MS): Standing {
    const standing = new Standing('stranger');
    this.quotas.opened();
    this.quotas.proved(standing, at(host), provenAt);
    return standing;
  }

  /** Starts as many handlers as it may; gives how many. */
  run(standing: Standing, atMost = MAX): number {
    for (let running = 0; running < atMost; running += 1) {
      if (this.quotas.callWaitMs(standing, NOW) > 0) return running;
      this.quotas.use(standing, 1, 0);
    }
    return atMost;
  }
}

describe('running handlers', () => {
  test('are for whoever comes first, until most of them are taken', () => {
    const bench = new Bench();
    expect(bench.run(bench.peer('10.0.0.1'))).toBe(CROWDED);
  });

  test('are shared out among hosts and networks then, with room left for others', () => {
    const bench = new Bench();
    bench.run(bench.peer('10.0.0.1'));
    expect(bench.run(bench.peer('10.0.1.1'))).toBe(MAX * HOST_SHARE_MAX);
    expect(bench.run(bench.peer('10.0.1.1'))).toBe(0);
    expect(bench.run(bench.peer('10.0.1.2'))).toBe(MAX * (NETWORK_SHARE_MAX - HOST_SHARE_MAX));
    expect(bench.run(bench.peer('10.0.1.3'))).toBe(0);
    expect(bench.run(bench.peer('10.0.2.1'))).toBe(MAX * HOST_SHARE_MAX);
  });

  test('of a host are left in part to those of it that have been there for a while', () => {
    const bench = new Bench();
    bench.run(bench.peer('10.0.0.1'));
    expect(bench.run(bench.peer('10.0.1.1', NOW))).toBe(MAX * HOST_SHARE_MAX * NEWCOMERS_SHARE);
    expect(bench.run(bench.peer('10.0.1.1'))).toBe(MAX * HOST_SHARE_MAX * (1 - NEWCOMERS_SHARE));
  });

  test('are not for those who have not proved their address, when most are taken', () => {
    const bench = new Bench();
    const stranger = new Standing('stranger');
    expect(bench.run(stranger, 1)).toBe(1);
    bench.run(bench.peer('10.0.0.1'));
    expect(bench.run(stranger)).toBe(0);
  });

  test('are never more than there may be, not even for peers that this side has called', () => {
    const bench = new Bench();
    bench.run(bench.peer('10.0.0.1'));
    expect(bench.run(new Standing('dialled'))).toBe(MAX - CROWDED);
    expect(bench.quotas.callWaitMs(new Standing('dialled'), NOW)).toBe(OVERLOAD_RETRY_MS);
  });

  test('that are most of all make strangers prove their address, for a while', () => {
    const bench = new Bench();
    bench.run(bench.peer('10.0.0.1'));
    expect([bench.load.isHigh(NOW), bench.load.isHigh(NOW + LOAD_LASTS_MS)]).toEqual([true, false]);
  });
});

test('bytes that are queued for a host are bounded in the same way: it makes no more calls', () => {
  const bench = new Bench();
  const [other, peer, neighbour] = [bench.peer('10.0.0.1'), bench.peer('10.0.1.1'), bench.peer('10.0.1.2')];
  bench.quotas.use(peer, 0, MAX * HOST_SHARE_MAX);
  expect(bench.quotas.callWaitMs(peer, NOW)).toBe(0);
  bench.quotas.use(other, 0, CROWDED);
  expect([peer, neighbour].map((each) => bench.quotas.callWaitMs(each, NOW))).toEqual([OVERLOAD_RETRY_MS, 0]);
  bench.quotas.use(other, 0, MAX);
  expect(bench.quotas.callWaitMs(neighbour, NOW)).toBe(OVERLOAD_RETRY_MS);
});

test('so are bytes of unfinished calls, but not of answers that this side waits for', () => {
  const bench = new Bench();
  const peer = bench.peer('10.0.1.1');
  const part = MAX * HOST_SHARE_MAX;
  expect(bench.quotas.mayHold(peer, 2 * part, false, NOW)).toBe(true);
  bench.quotas.hold(bench.peer('10.0.0.1'), CROWDED);
  expect([part, part + 1].map((bytes) => bench.quotas.mayHold(peer, bytes, false, NOW))).toEqual([true, false]);
  expect(bench.quotas.mayHold(peer, part + 1, true, NOW)).toBe(true);
  expect(bench.quotas.mayHold(peer, MAX - CROWDED + 1, true, NOW)).toBe(false);
  expect(bench.quotas.mayHold(new Standing('stranger'), 1, false, NOW)).toBe(false);
});

test('associations of a host beyond its part are one too many, until there is room', () => {
  const bench = new Bench();
  const others = Array.from({ length: CROWDED }, (_, n) => bench.peer(`10.${n & 0xff}.0.${n >> 8}`));
  const peers = Array.from({ length: MAX * HOST_SHARE_MAX }, () => bench.peer('11.0.0.1', NOW));
  expect(peers.filter(({ surplus }) => !surplus)).toHaveLength(MAX * HOST_SHARE_MAX * NEWCOMERS_SHARE);
  const last = peers.at(-1)!;
  expect(bench.quotas.callWaitMs(last, NOW)).toBe(OVERLOAD_RETRY_MS);
  for (const other of others) bench.quotas.ended(other);
  expect([bench.quotas.callWaitMs(last, NOW), last.surplus]).toEqual([0, false]);
});

describe('under load', () => {
  const loaded = (): Bench => {
    const bench = new Bench();
    bench.load.press(NOW);
    return bench;
  };
  /** Makes as many calls as it may, each of which ends at once. */
  const calls = ({ quotas }: Bench, standing: Standing, now = NOW): number => {
    for (let made = 0; ; made += 1) if (quotas.callWaitMs(standing, now) > 0) return made;
  };

  test('a host and its network make so many calls in a second, and are told when to make the next', () => {
    const bench = loaded();
    expect(calls(bench, bench.peer('10.0.0.1', NOW))).toBe(HOST_CALLS_PER_SECOND_MAX * NEWCOMERS_SHARE);
    const peer = bench.peer('10.0.0.1');
    expect(calls(bench, peer)).toBe(HOST_CALLS_PER_SECOND_MAX * (1 - NEWCOMERS_SHARE));
    expect(bench.quotas.callWaitMs(peer, NOW)).toBe(1);
    expect(calls(bench, bench.peer('10.0.0.2'))).toBe(NETWORK_CALLS_PER_SECOND_MAX - HOST_CALLS_PER_SECOND_MAX);
    expect(calls(bench, bench.peer('10.0.0.3'))).toBe(0);
  });

  test('a host and its network open so many associations in a second', () => {
    const bench = loaded();
    const opened = (host: string): number => {
      for (let made = 0; ; made += 1) if (bench.quotas.handshakeWaitMs(at(host), NOW) > 0) return made;
    };
    expect(opened('10.0.0.1')).toBe(HOST_HANDSHAKES_PER_SECOND_MAX);
    const [a, b, c] = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map(opened);
    expect(a! + b! + c! + HOST_HANDSHAKES_PER_SECOND_MAX).toBe(NETWORK_HANDSHAKES_PER_SECOND_MAX);
    expect([opened('10.0.0.5'), opened('10.0.1.1')]).toEqual([0, HOST_HANDSHAKES_PER_SECOND_MAX]);
  });

  test('nobody is counted once it is over', () => {
    const bench = loaded();
    const peer = bench.peer('10.0.0.1');
    calls(bench, peer);
    expect(bench.quotas.callWaitMs(peer, NOW + LOAD_LASTS_MS)).toBe(0);
  });

  test('who has not proved an address is not counted for it', () => {
    const bench = loaded();
    for (let n = 0; n < 2 * NETWORK_CALLS_PER_SECOND_MAX; n += 1)
      bench.quotas.callWaitMs(new Standing('stranger'), NOW);
    expect(bench.quotas.callWaitMs(bench.peer('10.0.0.1'), NOW)).toBe(0);
  });
});

test('what a peer has goes with it when it moves, and nothing is left when all have gone', () => {
  const hosts = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.1.1', '2001:db8::1');
  const step = fc.record({
    peer: fc.nat(3),
    does: fc.constantFrom('move' as const, 'use' as const, 'hold' as const),
    host: hosts,
    amount: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bench = new Bench();
      const peers = Array.from({ length: 4 }, () => new Standing('stranger'));
      peers.forEach(() => bench.quotas.opened());
      for (const { peer, does, host, amount } of steps) {
        if (does === 'move') bench.quotas.proved(peers[peer]!, at(host), NOW);
        else if (does === 'use') bench.quotas.use(peers[peer]!, 1, amount);
        else bench.quotas.hold(peers[peer]!, amount);
      }
      const proven = peers.filter(({ trust }) => trust === 'proven');
      for (const { network } of proven) {
        const there = proven.filter((peer) => peer.network === network);
        for (const what of ['associations', 'handlers', 'queuedBytes', 'reassemblyBytes'] as const)
          expect(network[what]).toBe(there.reduce((sum, each) => sum + each[what], 0));
      }
      for (const each of peers) {
        bench.quotas.use(each, -each.handlers, -each.queuedBytes);
        bench.quotas.hold(each, -each.reassemblyBytes);
        bench.quotas.ended(each);
      }
      expect(bench.quotas.total).toEqual(new Holding());
    }),
  );
});
