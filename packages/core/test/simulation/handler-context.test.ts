import { AsyncResource } from 'node:async_hooks';
import { createClient } from '@rpcudp/client';
import { defineService, rpcContext, type RpcContext } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { outcomeOf, silent } from './fixtures';

const Topic = defineService<{ subscribe(): Promise<string> }>('Topic', { subscribe: { timeoutMs: 500 } });
const Subscriber = defineService<{ notify(n: number): Promise<number> }>('Subscriber', { notify: {} });

interface World {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
}

/** A server, and a caller that answers after 20 ms when it is called itself. */
function world(): World {
  const network = new SimulatedNetwork({ beginsAt: 1_000_000 });
  const [server, caller] = [network.bind({ logger: silent }), network.bind({ logger: silent })];
  caller.serve(Subscriber, {
    notify: (n) => new Promise((resolve) => network.clock.setTimer(20, () => resolve(n))),
  });
  return { network, server, caller };
}

/** Calls back in the context of whoever sets the timer, as Node's timers do. */
function setTimer({ network }: World, delayMs: number, callback: () => void): void {
  network.clock.setTimer(delayMs, AsyncResource.bind(callback));
}

test.each(['native', 'rpcudp'] as const)(
  'a handler on both wires knows that it is called by way of %s',
  async (wire) => {
    const network = new SimulatedNetwork();
    const [server, caller] = [network.bind({ wires: ['native', 'rpcudp'] }), network.bind({ wires: [wire] })];
    server.serve(Topic, { subscribe: () => Promise.resolve(rpcContext().wire) });
    const subscribed = createClient(Topic, caller.peer(server.address)).subscribe();
    expect(await network.until(subscribed.orThrow())).toBe(wire);
  },
);

describe('what a handler leaves behind', () => {
  test.each(['returned', 'answered later'] as const)(
    'is not limited by its deadline once it has %s, and still knows who called',
    async (kind) => {
      const at = world();
      const [outcomes, ports]: [unknown[], number[]] = [[], []];
      function push(n: number): void {
        const { peer, sender } = rpcContext();
        ports.push(sender.port);
        const subscriber = createClient(Subscriber, peer, { timeoutMs: 3000 });
        void outcomeOf(subscriber.notify(n)).then((outcome) => outcomes.push(outcome));
        if (n < 10) setTimer(at, 100, () => push(n + 1));
      }
      at.server.serve(Topic, {
        subscribe: (): Promise<string> => {
          setTimer(at, 100, () => push(1));
          return kind === 'returned' ? ('subscribed' as never) : Promise.resolve('subscribed');
        },
      });
      const subscribed = createClient(Topic, at.caller.peer(at.server.address)).subscribe();
      expect(await at.network.until(subscribed.orThrow())).toBe('subscribed');
      await at.network.advance(1500);
      expect(outcomes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(new Set(ports)).toEqual(new Set([at.caller.address.port]));
    },
  );

  test('is not limited either where the handler threw', async () => {
    const at = world();
    const notified: unknown[] = [];
    at.server.serve(Topic, {
      subscribe: () => {
        const { peer } = rpcContext();
        setTimer(at, 1000, () => {
          const subscriber = createClient(Subscriber, peer);
          void outcomeOf(subscriber.notify(1)).then((outcome) => notified.push(outcome));
        });
        throw new Error('boom');
      },
    });
    const subscribed = createClient(Topic, at.caller.peer(at.server.address)).subscribe();
    expect(await at.network.until(outcomeOf(subscribed))).toBe('INTERNAL');
    await at.network.advance(2000);
    expect(notified).toEqual([1]);
  });
});

test('a call that a handler makes waits no longer than its own caller, by the clock of the endpoint that runs it', async () => {
  const at = world();
  // Another network in the same process, whose clock stands elsewhere.
  const elsewhere = new SimulatedNetwork({ beginsAt: 5_000_000 });
  await elsewhere.advance(3_000_000);
  const far = elsewhere.bind({ logger: silent });
  let waitedMs: number | undefined;
  at.server.serve(Topic, {
    subscribe: async () => {
      await new Promise<void>((resolve) => setTimer(at, 100, resolve));
      const start = elsewhere.clock.now;
      const nobody = createClient(Subscriber, far.peer({ host: '10.9.9.9', port: 9 }));
      await elsewhere.until(outcomeOf(nobody.notify(1)));
      waitedMs = Math.round(elsewhere.clock.now - start);
      return 'done';
    },
  });
  void createClient(Topic, at.caller.peer(at.server.address)).subscribe();
  await at.network.advance(200);
  for (let turn = 0; turn < 50 && waitedMs === undefined; turn += 1) await at.network.advance(0);
  expect(waitedMs).toBe(400);
});

test('deadline is of the epoch on a simulated network, and remainingMs beside it says what is left', async () => {
  const at = world();
  let context: RpcContext | undefined;
  const seen: unknown[] = [];
  at.server.serve(Topic, {
    subscribe: () => {
      context = rpcContext();
      const look = (): number => seen.push([Math.round(context!.deadline!), Math.round(context!.remainingMs!)]);
      look();
      setTimer(at, 200, look);
      setTimer(at, 700, look);
      return new Promise(() => undefined);
    },
  });
  void createClient(Topic, at.caller.peer(at.server.address)).subscribe();
  await at.network.advance(1000);
  expect(seen).toEqual([
    [1_000_501, 500],
    [1_000_501, 300],
    [1_000_501, 0],
  ]);
});

test('a network begins now unless it is told when', async () => {
  const network = new SimulatedNetwork();
  const [server, caller] = [network.bind({ logger: silent }), network.bind({ logger: silent })];
  let deadline = 0;
  server.serve(Topic, {
    subscribe: () => {
      deadline = rpcContext().deadline!;
      return Promise.resolve('subscribed');
    },
  });
  const before = Date.now();
  await network.until(createClient(Topic, caller.peer(server.address)).subscribe());
  expect(Math.abs(deadline - before)).toBeLessThan(60_000);
});

test('the moment when a network begins changes nothing that is sent', async () => {
  const sent = async (beginsAt: number): Promise<string[]> => {
    const network = new SimulatedNetwork({ beginsAt, seed: 3, loss: 0.3, jitterMs: 20 });
    const datagrams: string[] = [];
    network.tap = (datagram) => datagrams.push(Buffer.from(datagram).toString('hex'));
    const [server, caller] = [network.bind({ logger: silent }), network.bind({ logger: silent })];
    server.serve(Topic, { subscribe: () => Promise.resolve('subscribed') });
    const client = createClient(Topic, caller.peer(server.address));
    for (let n = 0; n < 10; n += 1) await network.until(outcomeOf(client.subscribe()));
    return datagrams;
  };
  const first = await sent(1);
  expect(first.length).toBeGreaterThan(10);
  expect(await sent(1_800_000_000_000)).toEqual(first);
});
