/* eslint-disable jest/no-export -- the tests are a function, for each transport to run */
/** What calls and streams do whatever carries them: one suite, run over each transport. */
import { createClient, orThrow, withOptions, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, rpcContext, type RpcChannel } from '@rpcudp/core';
import { z } from 'zod';

/** Lets the test decide when something goes on. */
export class Gate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

@RpcService('Desk')
export class Desk {
  runs = 0;
  readonly heard: string[] = [];
  /** Told of each thing that is put into `heard`. */
  noted: () => void = () => undefined;

  @RpcMethod({ args: z.tuple([z.number(), z.number()]) })
  add(a: number, b: number): number {
    this.runs += 1;
    return a + b;
  }

  @RpcMethod()
  async echo(value: unknown): Promise<unknown> {
    await Promise.resolve();
    return value;
  }

  @RpcMethod()
  fails(code: 'said' | 'thrown'): void {
    if (code === 'said') throw new RpcError('NOT_FOUND', 'No such order.', { details: { id: 7 } });
    throw new Error('a secret');
  }

  @RpcMethod()
  context(): object {
    const { metadata, wire, remainingMs, method } = rpcContext();
    return { metadata, wire, inTime: remainingMs! > 0 && remainingMs! <= 5_000, method: method.name };
  }

  @RpcMethod()
  async waits(): Promise<void> {
    const { signal } = rpcContext();
    this.note('waits');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    this.note((signal.reason as RpcError).code);
  }

  @RpcMethod({ oneWay: true })
  note(word: string): void {
    this.heard.push(word);
    this.noted();
  }

  @RpcMethod({ result: z.string().max(3) })
  short(text: string): string {
    return text;
  }

  @RpcMethod({ delivery: 'idempotent' })
  again(): number {
    return (this.runs += 1);
  }

  @RpcMethod()
  async *count(to: number): AsyncGenerator<number> {
    try {
      for (let value = 0; value < to; value += 1) yield value;
    } finally {
      this.note('ended');
    }
  }

  @RpcMethod()
  async *failing(after: number): AsyncGenerator<number> {
    for (let value = 0; value < after; value += 1) yield value;
    throw new RpcError('ABORTED', 'Enough.', { details: { after } });
  }

  @RpcMethod({ stream: 'client' })
  async total(name: string, values: AsyncIterable<number>): Promise<string> {
    let sum = 0;
    for await (const value of values) sum += value;
    return `${name} ${sum}`;
  }

  @RpcMethod({ stream: 'client' })
  async first(values: AsyncIterable<number>): Promise<number> {
    for await (const value of values) return value;
    return -1;
  }

  @RpcMethod({ stream: 'both', items: z.string() })
  async *shout(words: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const word of words) yield `${word}!`;
  }

  @RpcMethod({ delivery: 'best-effort' })
  async *pose(): AsyncGenerator<number> {
    for (let value = 0; ; value += 1) yield value;
  }

  /** Resolves when so many words were heard. */
  async hears(count: number): Promise<string[]> {
    while (this.heard.length < count) await new Promise<void>((resolve) => (this.noted = resolve));
    return this.heard;
  }
}

/** A service of which the other side serves less. */
@RpcService('Desk')
class LargerDesk {
  @RpcMethod()
  missing(): string {
    return '';
  }
}

export interface Transport extends AsyncDisposable {
  readonly channel: RpcChannel;
  readonly wire: string;
  /** What calls of a method that is not served end with. */
  readonly unknownMethod: string;
  serve(desk: Desk, options?: { maxRunning?: number }): Promise<void> | void;
}

/** @param open One that serves nothing yet. */
export function testContract(open: () => Promise<Transport>): void {
  let transport: Transport;
  let desk: Desk;
  let client: Client<Desk>;

  beforeEach(async () => {
    transport = await open();
    desk = new Desk();
    await transport.serve(desk);
    client = createClient(Desk, transport.channel);
  });
  afterEach(() => transport[Symbol.asyncDispose]());

  test('a call is answered with what its handler gave', async () => {
    expect(await client.add(1, 2)).toEqual({ received: true, value: 3 });
    const value = {
      date: new Date(5),
      big: 2n ** 70n,
      map: new Map([[1, 'a']]),
      bytes: new Uint8Array([1, 2]),
      none: undefined,
    };
    expect(await orThrow(client).echo(value)).toEqual(value);
  });

  test('many calls at once are each answered with their own', async () => {
    const replies = await Promise.all(Array.from({ length: 200 }, (_, at) => client.add(at, 1)));
    expect(replies.map((reply) => reply.received && reply.value)).toEqual(
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    expect(desk.runs).toBe(200);
  });

  test('an error that a handler says arrives with its words and details', async () => {
    const error = await client.fails('said').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such order.',
      details: { id: 7 },
      executed: 'yes',
      origin: 'remote',
    });
  });

  test('an error that is none of ours arrives without its text', async () => {
    const call = client.fails('thrown');
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL', executed: 'yes' });
    await expect(call).rejects.toThrow(/^(?!.*secret)/);
  });

  test('arguments that a guard refuses run nothing', async () => {
    const call = client.add('1' as unknown as number, 2);
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
    expect(desk.runs).toBe(0);
  });

  test('a result that its guard refuses says that the method ran', async () => {
    await expect(client.short('far too long')).rejects.toMatchObject({ code: 'INTERNAL', executed: 'yes' });
  });

  test('a method that is not served says that nothing ran', async () => {
    const call = createClient(LargerDesk, transport.channel).missing();
    await expect(call).rejects.toMatchObject({ code: transport.unknownMethod, executed: 'no' });
  });

  test('the handler finds metadata, time and name in its context', async () => {
    const metadata = { 'tenant': 'größe: 5 %', '': 'empty', 'x:y z': ' both ends ' };
    expect(await orThrow(withOptions(client, { metadata })).context()).toEqual({
      metadata,
      wire: transport.wire,
      inTime: true,
      method: 'context',
    });
  });

  test('a call that nobody answers in time is silence, and its handler hears of it', async () => {
    expect(await withOptions(client, { timeoutMs: 60 }).waits()).toEqual({ received: false });
    expect(await desk.hears(2)).toEqual(['waits', 'DEADLINE_EXCEEDED']);
  });

  test('cancelling a call aborts its handler', async () => {
    const abort = new AbortController();
    const call = withOptions(client, { signal: abort.signal }).waits();
    void call.then(undefined, () => undefined);
    await desk.hears(1);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', executed: 'unknown' });
    expect(await desk.hears(2)).toEqual(['waits', 'CANCELLED']);
  });

  test('a one-way call says that it arrived, and nothing of what came of it', async () => {
    expect(await client.note('hello')).toEqual({ received: true, value: undefined });
    expect(await desk.hears(1)).toEqual(['hello']);
  });

  test('arguments that cannot be encoded are refused before anything is sent', async () => {
    await expect(client.echo(Symbol('none'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
  });

  test('interceptors of the client stand around its calls', async () => {
    const seen: string[] = [];
    const intercepted = createClient(Desk, transport.channel, {
      interceptors: [
        (call, next) => {
          seen.push(call.method.name);
          return next({ ...call, args: [...call.args.slice(0, 1), 40] });
        },
      ],
    });
    expect(await orThrow(intercepted).add(2, 0)).toBe(42);
    expect(seen).toEqual(['add']);
  });

  test('beyond maxRunning a call is refused, did not run, and says when to come again', async () => {
    await using small = await open();
    const own = new Desk();
    await small.serve(own, { maxRunning: 1 });
    const caller = createClient(Desk, small.channel);
    const abort = new AbortController();
    const held = withOptions(caller, { signal: abort.signal }).waits();
    void held.then(undefined, () => undefined);
    await own.hears(1);
    const refused = caller.add(1, 2);
    await expect(refused).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
    expect(own.runs).toBe(0);
    abort.abort();
    await own.hears(2);
  });

  describe('streams', () => {
    test('bring all values in order, beyond any window, and end', async () => {
      const values: number[] = [];
      for await (const value of client.count(1_000)) values.push(value);
      expect(values).toEqual(Array.from({ length: 1_000 }, (_, at) => at));
    });

    test('end the handler over there when their reader leaves', async () => {
      for await (const value of client.count(1_000_000)) if (value === 5) break;
      expect(await desk.hears(1)).toEqual(['ended']);
    });

    test('that fail bring the values before, and then the error', async () => {
      const values: number[] = [];
      const error: unknown = await (async () => {
        for await (const value of client.failing(3)) values.push(value);
      })().catch((thrown: unknown) => thrown);
      expect(values).toEqual([0, 1, 2]);
      expect(error).toMatchObject({ code: 'ABORTED', message: 'Enough.', details: { after: 3 }, executed: 'yes' });
    });

    test('go to the handler, too, and it answers once', async () => {
      const values = Array.from({ length: 1_000 }, (_, at) => at);
      expect(await orThrow(client).total('sum', values)).toBe('sum 499500');
    });

    test('to a handler that has enough are stopped', async () => {
      let ended = false;
      async function* endless(): AsyncGenerator<number> {
        try {
          for (let value = 7; ; value += 1) yield value;
        } finally {
          ended = true;
        }
      }
      expect(await orThrow(client).first(endless())).toBe(7);
      expect(ended).toBe(true);
    });

    test('go both ways at once, and each value is guarded', async () => {
      const heard: string[] = [];
      for await (const word of client.shout(['a', 'b', 'c'])) heard.push(word);
      expect(heard).toEqual(['a!', 'b!', 'c!']);
    });

    test('whose source fails end with that error', async () => {
      async function* broken(): AsyncGenerator<number> {
        yield 1;
        throw new RpcError('OUT_OF_RANGE', 'No more.');
      }
      await expect(client.total('sum', broken())).rejects.toMatchObject({ code: 'OUT_OF_RANGE', message: 'No more.' });
    });

    test('of best effort bring the newest, never an older one after it', async () => {
      let last = -1;
      const stream = client.pose();
      for await (const value of stream) {
        expect(value).toBeGreaterThan(last);
        last = value;
        if (value > 200) break;
      }
      expect(stream.missed).toBeGreaterThanOrEqual(0);
    });

    test('that nobody reads hold their generator back', async () => {
      const values = client.count(100_000)[Symbol.asyncIterator]();
      expect((await values.next()).value).toBe(0);
      // Whatever the other side was going to send without credit has come before this answer.
      await client.add(1, 2);
      expect(desk.heard).toEqual([]);
      await values.return!();
      expect(await desk.hears(1)).toEqual(['ended']);
    });

    test('are refused with what to declare where the sides differ', async () => {
      @RpcService('Desk')
      class Other {
        @RpcMethod()
        async *add(): AsyncGenerator<number> {
          yield 1;
        }
      }
      const read = createClient(Other, transport.channel).add()[Symbol.asyncIterator]().next();
      await expect(read).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', executed: 'no' });
    });
  });
}
