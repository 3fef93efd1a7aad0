/** `idempotencyKey()`: a call that must run once is made again, and runs once. */
import { createClient, withOptions } from '@rpcudp/client';
import { loadCrypto, generateKeyPair } from '../../../src/security';
import { RpcError, RpcMethod, RpcService } from '../../../src/index';
import {
  type IdempotencyClaim,
  idempotencyKey,
  type IdempotencyStore,
  MemoryIdempotencyStore,
  retry,
  type ServerInterceptor,
} from '../../../src/interceptors';
import { IDEMPOTENCY_KEY_BYTES_MAX } from '../../../src/interceptor-limits';
import { clockOf } from './clock-of';
import { all, errorOf, worldOf } from './world';

const keyed = (key: string): { metadata: Record<string, string> } => ({ metadata: { 'idempotency-key': key } });

@RpcService('Bank')
class Bank {
  runs = 0;
  paid: unknown[] = [];
  gate: Promise<void> = Promise.resolve();

  @RpcMethod()
  pay(value: unknown): unknown {
    this.runs += 1;
    this.paid.push(value);
    return value;
  }

  @RpcMethod()
  async payLater(cents: number): Promise<number> {
    this.runs += 1;
    await this.gate;
    return cents;
  }

  @RpcMethod()
  refuse(): never {
    this.runs += 1;
    throw new RpcError('FAILED_PRECONDITION', 'No money.', { details: { missing: 3n } });
  }

  @RpcMethod()
  crash(): never {
    this.runs += 1;
    throw new Error('a secret of the bank');
  }

  @RpcMethod()
  unsendable(): unknown {
    this.runs += 1;
    return () => undefined;
  }

  @RpcMethod()
  other(value: unknown): unknown {
    return value;
  }
}

function bankWorld(store: IdempotencyStore = new MemoryIdempotencyStore(), inner: readonly ServerInterceptor[] = []) {
  const world = worldOf();
  const bank = new Bank();
  world.server.serve(bank, { interceptors: [idempotencyKey({ store }), ...inner] });
  return { ...world, bank, store, at: createClient(Bank, world.caller.peer(world.server.address)) };
}

describe('idempotencyKey()', () => {
  test('a call that is made again gets what came of it, and runs once', async () => {
    const { network, bank, at } = bankWorld();
    const values = [{ id: 1n, at: new Date(7), list: [new Map([[1, 'x']])] }, undefined, null, new Uint8Array([1, 2])];
    for (const [index, value] of values.entries()) {
      const once = withOptions(at, keyed(`k${index}`));
      const first = await network.until(once.pay(value).orThrow());
      expect(await network.until(once.pay(value).orThrow())).toEqual(first);
      expect(bank.runs).toBe(index + 1);
    }
    expect(await network.until(at.pay(1).orThrow())).toBe(1);
    expect(await network.until(at.pay(1).orThrow())).toBe(1);
    expect(bank.runs).toBe(values.length + 2);
  });

  test('and so does an error of its handler, whose text is that which the first call got', async () => {
    const { network, bank, at } = bankWorld();
    const once = withOptions(at, keyed('k'));
    for (let time = 0; time < 2; time += 1) {
      expect(await network.until(errorOf(once.refuse()))).toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: 'No money.',
        executed: 'yes',
        details: { missing: 3n },
      });
    }
    const crashing = withOptions(at, keyed('crash'));
    for (let time = 0; time < 2; time += 1) {
      const error = (await network.until(errorOf(crashing.crash()))) as RpcError;
      expect(error).toMatchObject({ code: 'INTERNAL', executed: 'yes' });
      expect(error.message).not.toContain('secret');
    }
    const unsendable = withOptions(at, keyed('unsendable'));
    for (let time = 0; time < 2; time += 1)
      expect(await network.until(errorOf(unsendable.unsendable()))).toMatchObject({
        code: 'INTERNAL',
        executed: 'yes',
      });
    expect(bank.runs).toBe(3);
  });

  test('one that comes while the first runs waits for it', async () => {
    const { network, bank, at } = bankWorld();
    let open!: () => void;
    bank.gate = new Promise((resolve) => (open = resolve));
    const once = withOptions(at, keyed('k'));
    const calls = [once.payLater(5), once.payLater(5)];
    await network.advance(100);
    open();
    expect(await network.until(Promise.all(calls.map(async (call) => call.orThrow())))).toEqual([5, 5]);
    expect(bank.runs).toBe(1);
  });

  test('one that was refused before its handler ran may come again, also while another waits', async () => {
    let refuses = true;
    const refusing: ServerInterceptor = async (call, next) => {
      await Promise.resolve();
      if (refuses) throw new RpcError('RESOURCE_EXHAUSTED', 'Not now.');
      return next(call);
    };
    const { network, bank, at } = bankWorld(new MemoryIdempotencyStore(), [refusing]);
    const once = withOptions(at, keyed('k'));
    const [first, second] = [errorOf(once.pay(1)), errorOf(once.pay(1))];
    expect(await network.until(first)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
    expect(await network.until(second)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
    refuses = false;
    expect(await network.until(once.pay(1).orThrow())).toBe(1);
    expect(bank.runs).toBe(1);
  });

  test('a key of another call is refused: of other arguments, or of another method', async () => {
    const { network, bank, at } = bankWorld();
    const once = withOptions(at, keyed('k'));
    await network.until(once.pay(1));
    for (const call of [once.pay(2), once.other(1), once.pay('1')]) {
      expect(await network.until(errorOf(call))).toMatchObject({
        code: 'FAILED_PRECONDITION',
        executed: 'no',
        message: expect.stringContaining('The key in the metadata "idempotency-key" is that of another call') as string,
      });
    }
    expect(bank.runs).toBe(1);
  });

  test('a key is one of its caller: another one gets nothing of it', async () => {
    await loadCrypto();
    const { network } = worldOf();
    const keys = [generateKeyPair(), generateKeyPair(), generateKeyPair()] as const;
    const server = network.bind({ host: '10.0.1.1', port: 1, security: { keyPair: keys[0] } });
    const bank = new Bank();
    server.serve(bank, { interceptors: [idempotencyKey({ store: new MemoryIdempotencyStore() })] });
    for (const [index, keyPair] of keys.slice(1).entries()) {
      const caller = network.bind({ host: '10.0.1.2', port: 10 + index, security: { keyPair } });
      const at = createClient(Bank, caller.peer(server.address, { publicKey: keys[0].publicKey }), keyed('same'));
      expect(await network.until(at.pay(index).orThrow())).toBe(index);
    }
    expect(bank.paid).toEqual([0, 1]);
  });

  test('the client gives each call a key of its own, the same for all of its attempts, and keeps one that is there', async () => {
    const seen: (string | undefined)[] = [];
    const { network, client } = worldOf({
      served: [
        (call, next) => {
          seen.push(call.metadata['idempotency-key']);
          return next(call);
        },
      ],
    });
    let made = 0;
    const keys = client({ interceptors: [idempotencyKey({ newKey: () => `key ${(made += 1)}` })] });
    await network.until(keys.add(1, 2));
    await network.until(keys.add(1, 2));
    await network.until(withOptions(keys, keyed('mine')).add(1, 2));
    // Of what may run again, or is answered by a stream, nobody needs one.
    await network.until(keys.balance());
    await network.until(all(keys.count(1)));
    expect(seen).toEqual(['key 1', 'key 2', 'mine', undefined, undefined]);
    const random = client({ interceptors: [idempotencyKey()] });
    await network.until(random.add(1, 2));
    expect(seen.at(-1)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('with retry() on the client, a call that was on its way at a restart runs once, and is answered', async () => {
    // The store is what survives: a disk, or here the test.
    const kept = new MemoryIdempotencyStore();
    const { network, server, caller, bank } = bankWorld(kept);
    const interceptors = [
      idempotencyKey(),
      retry({ clock: clockOf(network), random: () => 0.5, attempts: 9, budget: { maxTokens: 100 } }),
    ];
    const at = createClient(Bank, caller.peer(server.address), { interceptors, timeoutMs: 20_000 });
    await network.until(at.other(0));
    network.tap = (_datagram, _to, from) => {
      // The handler has run, and its answer is lost with the process.
      if (from.port === 1 && bank.runs === 1) server.crash();
    };
    const call = at.pay(7).orThrow();
    await network.advance(50);
    expect(bank.runs).toBe(1);
    network.tap = undefined;
    const again = new Bank();
    network.bind({ host: '10.0.0.1', port: 1 }).serve(again, { interceptors: [idempotencyKey({ store: kept })] });
    expect(await network.until(call)).toBe(7);
    expect(again.runs).toBe(0);
  });

  test('what a store says of a call before a restart is passed on: nobody knows whether it ran', async () => {
    const claims: IdempotencyClaim[] = [
      { state: 'interrupted' },
      { state: 'running' },
      { state: 'completed', outcome: undefined },
    ];
    const store: IdempotencyStore = {
      claim: async () => claims.shift()!,
      complete: () => undefined,
      release: () => undefined,
    };
    const { network, bank, at } = bankWorld(store);
    const once = withOptions(at, keyed('k'));
    expect(await network.until(errorOf(once.pay(1)))).toMatchObject({ code: 'ABORTED', executed: 'unknown' });
    expect(await network.until(errorOf(once.pay(1)))).toMatchObject({ code: 'ABORTED', executed: 'unknown' });
    expect(await network.until(errorOf(once.pay(1)))).toMatchObject({ code: 'DATA_LOSS', executed: 'yes' });
    expect(bank.runs).toBe(0);
  });

  test('a store that fails runs nothing; one that cannot keep what came says so, and the call has run', async () => {
    const broken: IdempotencyStore = {
      claim: () => Promise.reject(new Error('the disk is gone')),
      complete: () => undefined,
      release: () => undefined,
    };
    const { network, bank, at } = bankWorld(broken);
    expect(await network.until(errorOf(withOptions(at, keyed('k')).pay(1)))).toMatchObject({
      code: 'INTERNAL',
      executed: 'no',
    });
    expect(bank.runs).toBe(0);
    const full = bankWorld({
      claim: () => ({ state: 'claimed' }),
      complete: () => Promise.reject(new Error('the disk is full')),
      release: () => undefined,
    });
    expect(await full.network.until(errorOf(withOptions(full.at, keyed('k')).pay(1)))).toMatchObject({
      code: 'INTERNAL',
      executed: 'yes',
    });
  });

  test.each([[''], ['x'.repeat(IDEMPOTENCY_KEY_BYTES_MAX + 1)], ['ä'.repeat(200)]])(
    'a key that is empty or too long is refused: %p',
    async (key) => {
      const { network, bank, at, store } = bankWorld();
      expect(await network.until(errorOf(withOptions(at, keyed(key)).pay(1)))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        executed: 'no',
      });
      expect({ runs: bank.runs, keys: (store as MemoryIdempotencyStore).size.keys }).toEqual({ runs: 0, keys: 0 });
    },
  );

  test('calls over the rpcudp wire, which carries no keys, pass as if it were not there', async () => {
    const rpcudp = { server: { wires: ['rpcudp'] }, caller: { wires: ['rpcudp'] } } as const;
    const { network, desk, client } = worldOf({
      ...rpcudp,
      served: [idempotencyKey({ store: new MemoryIdempotencyStore() })],
    });
    const at = client({ interceptors: [idempotencyKey()] });
    expect(await network.until(at.add(1, 2))).toEqual({ received: true, value: 3 });
    expect(await network.until(at.add(1, 2))).toEqual({ received: true, value: 3 });
    expect(desk.runs).toBe(2);
  });

  test('without a store a server says so in its log, and runs nothing', async () => {
    const { network, desk, client } = worldOf({ served: [idempotencyKey() as unknown as ServerInterceptor] });
    expect(await network.until(errorOf(client(keyed('k')).add(1, 2)))).toMatchObject({
      code: 'INTERNAL',
      executed: 'no',
    });
    expect(desk.runs).toBe(0);
  });
});
