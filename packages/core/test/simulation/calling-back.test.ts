import { createClient } from '@rpcudp/client';
import { defineService, rpcContext, type RpcPeer } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

interface Subscriber {
  news(word: string): string;
}

interface Newsroom {
  subscribe(): void;
}

const Subscriber = defineService<Subscriber>('Subscriber', { news: {} });
const Newsroom = defineService<Newsroom>('Newsroom', { subscribe: {} });

type BindOptions = Parameters<SimulatedNetwork['bind']>[0];

/** A newsroom that keeps a channel to its one subscriber. */
async function subscribed(options: BindOptions = {}): Promise<{
  network: SimulatedNetwork;
  client: SimulatedEndpoint;
  peer: RpcPeer;
  subscribe: () => PromiseLike<unknown>;
}> {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...options });
  const peers: RpcPeer[] = [];
  server.serve(Newsroom, { subscribe: () => void peers.push(rpcContext().peer) });
  const client = network.bind({ host: '10.0.0.2', port: 2, logger: silent, ...options });
  client.serve(Subscriber, { news: (word) => `read ${word}` });
  const newsroom = createClient(Newsroom, client.peer(server.address));
  await network.until(newsroom.subscribe());
  return { network, client, peer: peers[0]!, subscribe: () => newsroom.subscribe() };
}

describe('a channel back to a caller that a server keeps', () => {
  test('follows the caller to another address, and says where it is', async () => {
    const { network, client, peer, subscribe } = await subscribed();
    const subscriber = createClient(Subscriber, peer);
    expect(await network.until(subscriber.news('one'))).toEqual({ received: true, value: 'read one' });
    expect(peer.remote).toBe('10.0.0.2:2');
    client.moveTo({ host: '10.0.0.9', port: 9 });
    // The server hears of it with the next packet from there.
    await network.until(subscribe());
    expect(await network.until(subscriber.news('two'))).toEqual({ received: true, value: 'read two' });
    expect(peer.remote).toBe('10.0.0.9:9');
    expect(await network.until(peer.ready())).toBe(true);
  });

  test('names in its errors where the caller is now', async () => {
    const { network, client, peer, subscribe } = await subscribed();
    client.moveTo({ host: '10.0.0.9', port: 9 });
    await network.until(subscribe());
    client.crash();
    const call = createClient(Subscriber, peer, { timeoutMs: 50 }).news('lost');
    await expect(network.until(call.orThrow())).rejects.toMatchObject({
      message: 'No response within 50 ms from Subscriber.news at 10.0.0.9:9.',
    });
  });

  test('finds the caller where it was last when the association is over', async () => {
    const { network, client, peer, subscribe } = await subscribed();
    client.moveTo({ host: '10.0.0.9', port: 9 });
    await network.until(subscribe());
    await network.advance(300_000);
    expect(await network.until(createClient(Subscriber, peer).news('late'))).toMatchObject({ received: true });
  });

  test('knows an address alone on the rpcudp wire', async () => {
    const { network, client, peer } = await subscribed({ wires: ['rpcudp'] });
    expect(await network.until(createClient(Subscriber, peer).news('one'))).toMatchObject({ received: true });
    client.moveTo({ host: '10.0.0.9', port: 9 });
    expect(await network.until(createClient(Subscriber, peer).news('two'))).toEqual({ received: false });
    expect(peer.remote).toBe('10.0.0.2:2');
  });
});

test('the error of a call back names that call, also to whoever called first', async () => {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, maxPending: 1 });
  const Busy = defineService<{ busy(): Promise<string> }>('Busy', { busy: {} });
  server.serve(Busy, {
    busy: async () => {
      const subscriber = createClient(Subscriber, rpcContext().peer);
      void subscriber.news('one');
      return subscriber.news('two').orThrow();
    },
  });
  const client = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  await expect(network.until(createClient(Busy, client.peer(server.address)).busy())).rejects.toMatchObject({
    code: 'RESOURCE_EXHAUSTED',
    origin: 'remote',
    message:
      'Subscriber.news at 10.0.0.2:2: The endpoint that calls has 1 calls that wait for an answer already, which is its ' +
      'limit (maxPending). Wait for some of them, or bind that endpoint with a larger maxPending.',
  });
});
