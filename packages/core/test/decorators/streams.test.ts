/** What decorators tell of streams, under each decorator kind. */
import { RpcMethod, RpcService, defineService } from '@rpcudp/core';
import { contractOf, type MethodContract, type RpcMethodOptions } from '@rpcudp/core/service';
import { z } from 'zod';

const items = z.string();

@RpcService('Market')
class Market {
  @RpcMethod({ items })
  async *watch(symbol: string): AsyncGenerator<string> {
    yield symbol;
  }

  @RpcMethod({ stream: true })
  quotes(symbol: string): AsyncIterable<string> {
    return this.watch(symbol);
  }

  @RpcMethod({ stream: 'client' })
  async upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    let bytes = name.length;
    for await (const chunk of chunks) bytes += chunk.length;
    return bytes;
  }

  @RpcMethod({ stream: 'both', delivery: 'idempotent', idleMs: 100, totalMs: 500 })
  async *chat(words: AsyncIterable<string>): AsyncGenerator<string> {
    yield* words;
  }

  @RpcMethod({ stream: false })
  once(): string {
    return '';
  }
}

@RpcService('Derived')
class Derived extends Market {
  override async *watch(symbol: string): AsyncGenerator<string> {
    yield `derived ${symbol}`;
  }

  @RpcMethod({ stream: 'server' })
  override quotes(symbol: string): AsyncIterable<string> {
    return super.quotes(symbol);
  }
}

const told = ({ methods }: { methods: ReadonlyMap<string, MethodContract> }): unknown[] =>
  Array.from(methods.values(), ({ property, shape, stream }) => [property, shape, stream]);

const MARKET = [
  ['watch', 'stream', 'server'],
  ['quotes', 'stream', 'server'],
  ['upload', 'stream', 'client'],
  ['chat', 'stream', 'both'],
  ['once', 'unary', undefined],
];

test('a contract says whose values follow each other, and an async generator tells by itself', () => {
  expect(told(contractOf(Market))).toEqual(MARKET);
  expect(contractOf(Market).methods.get('watch')!.items).toBe(items);
});

test('a contract says how long a stream may take, which is nothing for a method without one', () => {
  expect(contractOf(Market).methods.get('chat')).toMatchObject({ idleMs: 100, totalMs: 500 });
  for (const option of ['idleMs', 'totalMs']) {
    const declared = (): unknown => defineService<{ ping(): void }>('Node', { ping: { [option]: 100 } });
    expect(declared).toThrow(`Node.ping: ${option} is for a method with a stream.`);
  }
});

test('a subclass is the same, whether it declares a stream again or not', () => {
  expect(told(contractOf(Derived))).toEqual(MARKET);
});

test('defineService makes the same contract', () => {
  const defined = defineService<Market>('Market', {
    watch: { stream: true },
    quotes: { stream: 'server' },
    upload: { stream: 'client' },
    chat: { stream: 'both' },
    once: {},
  });

  expect(told(defined)).toEqual(MARKET);
});

const misused: [string, RpcMethodOptions, RegExp][] = [
  [
    'a word that says nothing',
    { stream: 'duplex' as 'both' },
    /stream must be true, false, or one of 'server', 'client', 'both', not "duplex"/,
  ],
  [
    'a generator that answers once',
    { stream: false },
    /an async \* method answers with many values, and stream: false says/,
  ],
  ['a generator whose caller alone streams', { stream: 'client' }, /Leave stream out, or say 'both'/],
  [
    'a one-way stream',
    { stream: true, oneWay: true },
    /a stream has an answer, which says how it ended\. Leave out oneWay/,
  ],
  ['a one-way generator', { oneWay: true }, /a stream has an answer/],
  ['items that cannot validate', { items: 1 as unknown as z.ZodType }, /items must be a Standard Schema validator/],
];

test.each(misused)('%s is refused at decoration', (_what, options, message) => {
  const decorate = (): unknown => {
    class Misused {
      @RpcMethod(options)
      async *watch(): AsyncGenerator<number> {
        yield 1;
      }
    }
    return Misused;
  };

  expect(decorate).toThrow(
    expect.objectContaining({ code: 'INVALID_SERVICE', message: expect.stringMatching(message) as string }),
  );
});

test('items for a method without a stream are refused, for nobody would be validated', () => {
  const decorate = (options: RpcMethodOptions) => (): unknown => {
    class Misused {
      @RpcMethod(options)
      once(): number {
        return 1;
      }
    }
    return Misused;
  };

  expect(decorate({ items })).toThrow(/items validates the values of a stream, and the method has none\. Say whose/);
  expect(decorate({ items, stream: true })).not.toThrow();
});
