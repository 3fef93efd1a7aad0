import { createClient, type Client } from '@rpcudp/client';
import { generateKeyPair, loadCrypto } from '../../../src/security';
import type { PeerOptions } from '../../../src/endpoint';
import type { SimulatedEndpoint } from '../../../src/testing';
import { silent } from '../fixtures';
import { StationContract, StationLog, station, type Station } from '../station';
import { outcomeOf, tally, type Outcome } from '../station-pair';
import { SHARED, SharedServer } from './shared-server';

/** A caller of its own: with an association of its own. */
function callerAt(server: SharedServer, port: number, options: PeerOptions = {}): Client<Station> {
  return createClient(StationContract, boundAt(server, port).peer(SHARED, options));
}

function boundAt(server: SharedServer, port: number): SimulatedEndpoint {
  return server.network.bind({ host: '10.0.0.2', port, logger: silent });
}

/** The lane in which callers end up, found by asking. */
async function callerOfLane(server: SharedServer, lane: number, options: PeerOptions = {}): Promise<Client<Station>> {
  for (let port = 5000; ; port += 1) {
    const before = server.peersOf(lane);
    const client = callerAt(server, port, options);
    await server.network.until(client.note(0));
    await server.network.advance(100);
    if (server.peersOf(lane) > before) return client;
  }
}

test('callers are spread over all workers, and each has its association with one', async () => {
  const server = new SharedServer({ lanes: 3, latencyMs: 5 });
  const clients = Array.from({ length: 90 }, (_, index) => callerAt(server, 100 + index));
  for (let round = 0; round < 3; round += 1) {
    const calls = clients.map((client, index) => outcomeOf(client.add(1000 * round + index, 1)));
    expect(tally(await server.network.until(Promise.all(calls)))).toEqual({ answered: 90 });
  }
  const peers = [0, 1, 2].map((lane) => server.peersOf(lane));
  expect(peers.reduce((sum, each) => sum + each)).toBe(90);
  expect(Math.min(...peers)).toBeGreaterThan(15);
  expect(server.log.mostRuns).toBe(1);
});

test('a first call whose worker died before it answered is told so by the fresh worker, and no sibling runs it again', async () => {
  for (let port = 100; port < 130; port += 1) {
    const server = new SharedServer({ latencyMs: 20, seed: port });
    const call = outcomeOf(callerAt(server, port).work(1, 4000));
    await server.network.advance(25);
    expect(server.log.runs.get(1)).toBe(1);
    const lane = server.peersOf(0) > 0 ? 0 : 1;
    server.kill(lane);
    await server.network.advance(600);
    server.start(lane);
    expect(await server.network.until(call)).toBe('UNAVAILABLE/unknown');
    expect(server.log.runs.get(1)).toBe(1);
  }
});

test('the copy of a first packet that comes while its lane has no worker is answered by nobody', async () => {
  const server = new SharedServer({ latencyMs: 20 });
  const call = outcomeOf(callerAt(server, 100).add(1, 2));
  server.kill(0);
  server.kill(1);
  expect(await server.network.until(call)).toBe('silence');
  expect(server.log.mostRuns).toBe(0);
});

test('associations of a dead worker are ended by resets of the fresh one, also where they are sealed', async () => {
  await loadCrypto();
  const keyPair = generateKeyPair();
  const server = new SharedServer({ latencyMs: 20, endpoint: { security: { keyPair } } });
  const caller = server.network.bind({ host: '10.0.0.2', port: 7, logger: silent, security: {} });
  const client = createClient(StationContract, caller.peer(SHARED, { publicKey: keyPair.publicKey }));
  expect(await server.network.until(outcomeOf(client.add(1, 1)))).toBe(2);
  const call = outcomeOf(client.outlive(2));
  await server.network.advance(100);
  for (const lane of [0, 1]) server.kill(lane);
  await server.network.advance(300);
  for (const lane of [0, 1]) server.start(lane);
  expect(await server.network.until(call)).toBe('UNAVAILABLE/unknown');
  expect(await server.network.until(outcomeOf(client.add(3, 1)))).toBe(4);
  expect(server.network.clock.now).toBeLessThan(4000);
});

describe('a worker that is replaced', () => {
  test('finishes the first call that it has, whose packets come again, while others are the fresh one’s', async () => {
    const server = new SharedServer({ latencyMs: 20 });
    const [before, after] = [callerAt(server, 100), callerAt(server, 101)];
    const early = outcomeOf(before.work(1, 3000));
    await server.network.advance(25);
    // No acknowledgement arrives, so what opened the association is sent again.
    server.network.change({ loss: 1 });
    await server.network.advance(200);
    server.network.change({ loss: 0 });
    const replaced = [server.replace(0), server.replace(1)];
    const late = outcomeOf(after.work(2, 10));
    expect(await server.network.until(late)).toBe(2);
    expect(await server.network.until(early)).toBe(1);
    expect(server.handedOn).toBe(1);
    for (const { leave } of replaced) await leave();
    await server.network.advance(50);
    expect(await server.network.until(outcomeOf(before.add(3, 1)))).toBe(4);
    expect(server.log.mostRuns).toBe(1);
  });

  test('loses no call of those that come while it leaves, on a network that delays and doubles', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const server = new SharedServer({ seed, latencyMs: 10, jitterMs: 10, duplication: 0.2 });
      const calls: Promise<Outcome>[] = [];
      for (let at = 0; at < 60; at += 1) {
        calls.push(outcomeOf(callerAt(server, 100 + at).work(at, 100)));
        await server.network.advance(5);
        if (at === 20) server.replace(0);
        if (at === 40) server.replace(1);
      }
      expect(tally(await server.network.until(Promise.all(calls)))).toEqual({ answered: 60 });
      expect(server.log.mostRuns).toBe(1);
    }
  });
});

test('whenever a worker dies on a bad network, nothing runs twice and every caller hears what is true', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const server = new SharedServer({ seed, lanes: 3, latencyMs: 15, jitterMs: 20, loss: 0.1, duplication: 0.1 });
    const calls: Promise<Outcome>[] = [];
    const clients: Client<Station>[] = [];
    for (let at = 0; at < 150; at += 1) {
      if (at % 3 === 0) clients.push(callerAt(server, 100 + at, { timeoutMs: 10_000 }));
      const client = clients[(at * 7) % clients.length]!;
      calls.push(outcomeOf(at % 2 === 0 ? client.add(at, 1) : client.work(at, 30)));
      await server.network.advance(4);
      if (at % 50 === 20) await outlived(server, (seed + at) % 3);
    }
    const outcomes = await server.network.until(Promise.all(calls));
    expect(server.log.mostRuns).toBeLessThanOrEqual(1);
    outcomes.forEach((outcome, id) => expect([id, agrees(outcome, server.log.runs.get(id) ?? 0)]).toEqual([id, true]));
    expect(tally(outcomes).answered).toBeGreaterThan(90);
  }
});

/** A worker dies, and another one is there 250 ms later. */
async function outlived(server: SharedServer, lane: number): Promise<void> {
  server.kill(lane);
  await server.network.advance(250);
  server.start(lane);
}

/** Whether an outcome is true of a call that ran so many times. */
function agrees(outcome: Outcome, runs: number): boolean {
  if (typeof outcome === 'number') return runs === 1;
  return outcome === 'UNAVAILABLE/no' ? runs === 0 : outcome === 'UNAVAILABLE/unknown' || outcome === 'silence';
}

describe('calls that a worker makes', () => {
  test('are answered to that worker, over either wire, and a reset of the peer reaches it', async () => {
    const server = new SharedServer({ latencyMs: 5, endpoint: { wires: ['native', 'rpcudp'] } });
    const peer = { host: '10.0.0.3', port: 3 };
    const bindPeer = (): SimulatedEndpoint => {
      const bound = server.network.bind({ ...peer, logger: silent, wires: ['native', 'rpcudp'] });
      bound.serve(StationContract, station(log, server.network.clock));
      return bound;
    };
    const log = new StationLog();
    const first = bindPeer();
    const channels = [0, 1].flatMap((lane) =>
      (['native', 'rpcudp'] as const).map((wire) => server.current(lane).endpoint.peer(peer, { wire })),
    );
    for (const channel of channels) {
      const client = createClient(StationContract, channel);
      expect(await server.network.until(outcomeOf(client.add(1, 2)))).toBe(3);
    }
    const lost = [0, 2].map((at) => outcomeOf(createClient(StationContract, channels[at]!).outlive(at)));
    await server.network.advance(50);
    first.crash();
    await server.network.advance(100);
    bindPeer();
    expect(await server.network.until(Promise.all(lost))).toEqual(['UNAVAILABLE/unknown', 'UNAVAILABLE/unknown']);
  });

  test('a caller of one lane stays with it, wherever it moves', async () => {
    const server = new SharedServer({ latencyMs: 5 });
    const client = await callerOfLane(server, 1);
    expect(await server.network.until(outcomeOf(client.add(1, 2)))).toBe(3);
    const caller = boundAt(server, 4000);
    const moving = createClient(StationContract, caller.peer(SHARED));
    await server.network.until(outcomeOf(moving.add(2, 2)));
    const peers = [0, 1].map((lane) => server.peersOf(lane));
    for (let port = 4001; port < 4010; port += 1) {
      caller.moveTo({ host: '10.0.0.9', port });
      expect(await server.network.until(outcomeOf(moving.add(port, 2)))).toBe(port + 2);
    }
    expect([0, 1].map((lane) => server.peersOf(lane))).toEqual(peers);
  });
});
