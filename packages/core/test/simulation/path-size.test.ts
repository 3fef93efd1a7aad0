import { createClient } from '@rpcudp/client';
import { defineService } from '../../src/index';
import { loadCrypto } from '../../src/security';
import { SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';

interface Store {
  put(bytes: Uint8Array): Promise<number>;
}
const StoreContract = defineService<Store>('Store', { put: {} });
const SIZE = 500_000;

beforeAll(() => loadCrypto());

/** Two endpoints over a way that carries datagrams of so many bytes, of which the one that calls probes for that. */
function store(carries: number, options: object = {}) {
  const network = new SimulatedNetwork({ latencyMs: 10, bytesPerSecond: 2_000_000, datagramBytesMax: carries });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...options });
  server.serve(StoreContract, { put: (bytes) => Promise.resolve(bytes.length) });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, datagramBytes: 'probe', ...options });
  const client = createClient(StoreContract, caller.peer(server.address), { timeoutMs: 30_000 });
  const put = async (): Promise<void> => {
    expect(await network.until(client.put(new Uint8Array(SIZE)))).toEqual({ received: true, value: SIZE });
  };
  return { network, put, size: () => caller.stats().peers[0]?.datagramBytes };
}

test('stats() tell the size that was found out for each peer', async () => {
  const { put, size } = store(1450);
  await put();
  expect(size()).toBeGreaterThan(1400);
  expect(size()).toBeLessThanOrEqual(1450);
});

test('a way that carries no more than the base is used at the base', async () => {
  const { put, size } = store(1200);
  await put();
  expect(size()).toBe(1200);
});

test('a way that carries less from one moment to the next is a black hole to full packets, and no call is lost in it', async () => {
  const { network, put, size } = store(9000);
  await put();
  expect(size()).toBe(1472);
  network.change({ datagramBytesMax: 1300 });
  const before = network.clock.now;
  await put();
  expect(network.clock.now - before).toBeLessThan(1500);
  expect(size()).toBeLessThanOrEqual(1300);
});

test('the size is found out where everything is encrypted, too', async () => {
  const { put, size } = store(1472, { security: { sharedSecret: 'thirty-two characters that nobody knows' } });
  await put();
  expect(size()).toBe(1472);
});
