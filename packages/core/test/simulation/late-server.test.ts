import { createClient } from '@rpcudp/client';
import { SeededRandom, SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';
import { Greeter, SERVER, early, fateOf, greeter } from './late-server';

describe('a call that waits for its peer', () => {
  test.each([8, 16])('is answered soon after a server that comes up after %i s', async (seconds) => {
    const { network, caller, bindServer } = early();
    const client = createClient(Greeter, caller.peer(SERVER, { waitForReady: true, timeoutMs: 60_000 }));
    const call = client.greet('Snake');
    await network.advance(seconds * 1000);
    const runs: string[] = [];
    bindServer(runs);
    expect(await network.until(call)).toEqual({ received: true, value: 'Hello Snake' });
    expect(network.clock.now).toBeLessThan(seconds * 1000 + 3_500);
    expect(runs).toEqual(['Snake']);
  });

  test('is not sent before the peer has answered, and its silence says that it did not run', async () => {
    const { network, caller } = early();
    const client = createClient(Greeter, caller.peer(SERVER), { waitForReady: true, timeoutMs: 20_000 });
    let told = 0;
    network.tap = (datagram) => (told += Buffer.from(datagram).includes('a name that nobody is told') ? 1 : 0);
    const call = client.greet('a name that nobody is told');
    expect(await network.until(call)).toEqual({ received: false });
    expect(network.clock.now).toBeCloseTo(20_000, 3);
    expect(told).toBe(0);
    expect(caller.stats().datagrams.sent).toBeGreaterThan(4);
    await expect(network.until(call.orThrow())).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'no',
      message: 'No response within 20000 ms from Greeter.greet at 10.0.0.1:1. It was never sent.',
    });
  });
});

test('ready() is true soon after the peer has come up', async () => {
  const { network, caller, bindServer } = early();
  const ready = caller.peer(SERVER).ready({ timeoutMs: 30_000 });
  await network.advance(8000);
  const server = bindServer();
  expect(await network.until(ready)).toBe(true);
  expect(network.clock.now).toBeLessThan(11_500);
  expect(server.stats().requests.received).toBe(0);
});

test('six services that start in any order, and call each other at once, lose no call and are in doubt of none', async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = new SeededRandom(seed);
    const network = new SimulatedNetwork({ seed, latencyMs: 2, jitterMs: 10, loss: seed % 2 === 0 ? 0.1 : 0 });
    const fates: Promise<unknown>[] = [];
    const runs: string[] = [];
    const addresses = Array.from({ length: 6 }, (_, index) => ({ host: `10.0.0.${index + 1}`, port: 1 }));
    const start = (own: number): void => {
      const endpoint = network.bind({ ...addresses[own]!, logger: silent });
      endpoint.serve(Greeter, greeter(runs));
      addresses.forEach((address, other) => {
        if (other === own) return;
        const channel = endpoint.peer(address, { waitForReady: true, timeoutMs: 60_000 });
        const client = createClient(Greeter, channel);
        fates.push(fateOf(client.greet(`${own} to ${other}`)));
      });
    };
    addresses.forEach((_, own) => void network.clock.setTimer(random.next() * 12_000, () => start(own)));
    await network.advance(12_000);
    const all = await network.until(Promise.all(fates));
    expect({ seed, wrong: all.filter((fate) => !String(fate).startsWith('Hello')) }).toEqual({ seed, wrong: [] });
    expect({ seed, runs: new Set(runs).size, all: runs.length }).toEqual({ seed, runs: 30, all: 30 });
  }
});
