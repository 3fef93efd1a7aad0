import { orThrow, withOptions } from '@rpcudp/client';
import { z } from 'zod';
import { StreamLink } from '../../test/stream-link';
import { rpcContext } from '../context';
import { RpcError } from '../errors';
import { RpcStream } from '../stream';
import { RpcMethod, RpcService } from '../service/decorators';
import { defineService } from '../service/define-service';

const TEXT = z.string();

@RpcService('Market')
class Market {
  /** How many values were pulled out of the generators, and which of them have ended. */
  pulled = 0;
  readonly ended: string[] = [];
  readonly aborted: unknown[] = [];
  /** What the handlers wait for. */
  gate: Promise<unknown> | undefined;

  @RpcMethod()
  async *count(from: number, to: number): AsyncGenerator<number> {
    try {
      for (let value = from; value <= to; value += 1) {
        this.pulled += 1;
        await this.gate;
        yield value;
      }
    } finally {
      this.ended.push('count');
    }
  }

  @RpcMethod({ stream: true, delivery: 'idempotent' })
  array(values: string[]): AsyncIterable<string> {
    return values as unknown as AsyncIterable<string>;
  }

  @RpcMethod({ stream: true, delivery: 'idempotent' })
  async again(values: string[]): Promise<AsyncIterable<string>> {
    await this.gate;
    return values as unknown as AsyncIterable<string>;
  }

  @RpcMethod({ stream: true })
  async later(values: AsyncIterable<string> | string[]): Promise<AsyncIterable<string>> {
    await this.gate;
    return values as AsyncIterable<string>;
  }

  @RpcMethod()
  async *quiet(): AsyncGenerator<string> {
    const { signal } = rpcContext();
    signal.addEventListener('abort', () => this.aborted.push((signal.reason as RpcError).code));
    yield 'first';
    try {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    } finally {
      this.ended.push('quiet');
    }
  }

  @RpcMethod({ idleMs: 100, totalMs: 500 })
  async *timed(count: number): AsyncGenerator<number> {
    for (let value = 0; value < count; value += 1) yield value;
    await new Promise(() => undefined);
  }

  @RpcMethod()
  async *fails(after: number, error: 'said' | 'thrown'): AsyncGenerator<number> {
    for (let value = 0; value < after; value += 1) yield value;
    if (error === 'said') throw new RpcError('NOT_FOUND', 'No more ticks.', { details: { after } });
    throw new Error('a secret');
  }

  @RpcMethod()
  async *where(): AsyncGenerator<string> {
    yield rpcContext().method.property;
    await this.gate;
    try {
      yield rpcContext().method.property;
    } finally {
      this.ended.push(rpcContext().method.property);
    }
  }

  @RpcMethod({ stream: 'client' })
  async total(name: string, bytes: AsyncIterable<number>): Promise<string> {
    let sum = 0;
    for await (const value of bytes) sum += value;
    return `${name} ${sum}`;
  }

  @RpcMethod({ stream: 'client' })
  async firstOf(values: AsyncIterable<string>): Promise<string> {
    for await (const value of values) return value;
    return 'none';
  }

  @RpcMethod({ stream: 'client' })
  async waits(values: AsyncIterable<string>): Promise<string> {
    try {
      for await (const value of values) this.ended.push(value);
    } catch (error) {
      this.ended.push((error as RpcError).code);
    }
    return 'over';
  }

  @RpcMethod({ stream: 'both', items: TEXT.min(1), result: TEXT.max(4) })
  async *echo(words: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const word of words) yield `${word}!`;
  }

  @RpcMethod({ items: TEXT.transform((text) => `${text}?`), clientResult: TEXT.toUpperCase() })
  async *changed(): AsyncGenerator<string> {
    yield 'a';
    yield 'b';
  }

  @RpcMethod({ delivery: 'best-effort' })
  async *pose(): AsyncGenerator<number> {
    for (let value = 0; ; value += 1) yield value;
  }

  @RpcMethod()
  plain(): string {
    return 'plain';
  }

  @RpcMethod()
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a compiler makes of a generator tells as little
  undeclared(): any {
    return this.count(1, 2);
  }

  @RpcMethod({ stream: true })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a program without types may give
  notOne(): any {
    return 5;
  }
}

function opened() {
  const link = new StreamLink();
  const market = new Market();
  return { link, market, client: link.serve(Market, market) };
}

async function read<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Lets everything happen that waits for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a stream of answers', () => {
  test('gives each value, in order, and ends when its generator does', async () => {
    const { link, market, client } = opened();

    expect(await read(client.count(1, 100))).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(market.ended).toEqual(['count']);
    expect(link.open).toBe(0);
    expect(link.counters.requests).toMatchObject({ received: 1, answered: 1 });
  });

  test('is cold: nothing runs before the first value is asked for', async () => {
    const { link, market, client } = opened();
    const values = client.count(1, 3);
    await settled();
    expect(link.counters.requests.received).toBe(0);
    values.cancel();

    expect(await read(values)).toEqual([]);
    expect(market.pulled).toBe(0);
  });

  test('pulls no further ahead of its reader than the window', async () => {
    const { link, market, client } = opened();
    const values = client.count(1, 1_000)[Symbol.asyncIterator]();
    for (let taken = 1; taken <= 20; taken += 1) {
      await values.next();
      await settled();
      expect(market.pulled - taken).toBeLessThanOrEqual(link.window + 1);
    }
    await values.return!();
  });

  test('comes from anything that can be iterated, now or later', async () => {
    const { client } = opened();

    expect(await read(client.array(['a', 'b']))).toEqual(['a', 'b']);
    expect(await read(client.later(['c', 'd']))).toEqual(['c', 'd']);
  });

  test.each(['break', 'throw', 'cancel', 'dispose', 'abort'])('ends over there on %s', async (how) => {
    const { link, market, client } = opened();
    const abort = new AbortController();
    const values = withOptions(client, { signal: abort.signal }).count(1, 1_000);
    const loop = async (): Promise<void> => {
      for await (const value of values) {
        if (value < 3) continue;
        if (how === 'break') break;
        if (how === 'throw') throw new Error('enough');
        if (how === 'cancel') values.cancel();
        if (how === 'dispose') await values[Symbol.asyncDispose]();
        if (how === 'abort') abort.abort();
      }
    };
    const outcome = await loop().then(
      () => 'done',
      (error: unknown) => (RpcError.is(error) ? error.code : (error as Error).message),
    );
    await settled();

    expect(outcome).toBe({ throw: 'enough', abort: 'CANCELLED' }[how] ?? 'done');
    expect(market.ended).toEqual(['count']);
    expect(link.open).toBe(0);
  });

  test('breaking aborts the signal of a handler that awaits, and its generator ends without being waited for', async () => {
    const { link, market, client } = opened();
    for await (const value of client.quiet()) if (value === 'first') break;
    expect(link.dispatcher.running).toBe(0);
    await settled();

    expect(market.aborted).toEqual(['CANCELLED']);
    expect(market.ended).toEqual(['quiet']);
  });

  test('cancelling reaches whoever waits for a value', async () => {
    const { client } = opened();
    const values = client.quiet();
    const all = read(values);
    await settled();
    values.cancel();

    expect(await all).toEqual(['first']);
  });

  test('ends with the error that its generator threw, after the values before that', async () => {
    const { link, client } = opened();
    const seen: number[] = [];
    const failing = async (): Promise<void> => {
      for await (const value of client.fails(2, 'said')) seen.push(value);
    };

    await expect(failing()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'No more ticks.',
      details: { after: 2 },
      executed: 'yes',
      origin: 'remote',
    });
    expect(seen).toEqual([0, 1]);
    await expect(read(client.fails(0, 'thrown'))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.not.stringContaining('secret') as string,
    });
    expect(link.log.join()).toContain('a secret');
    expect(link.open).toBe(0);
  });

  test('is read once', async () => {
    const { client } = opened();
    const values = client.count(1, 2);
    await read(values);

    expect(() => values[Symbol.asyncIterator]()).toThrow(/A stream is read once/);
  });

  test('may be asked for several values at a time', async () => {
    const { client } = opened();
    const values = client.count(1, 3)[Symbol.asyncIterator]();
    const results = await Promise.all([values.next(), values.next(), values.next(), values.next()]);

    expect(results.map(({ value }) => value)).toEqual([1, 2, 3, undefined]);
  });

  test('runs in the context of its handler, whoever asks for a value', async () => {
    const { market, client } = opened();
    const values = client.where()[Symbol.asyncIterator]();
    expect((await values.next()).value).toBe('where');
    expect((await values.next()).value).toBe('where');
    await values.return!();
    await settled();

    expect(market.ended).toEqual(['where']);
  });

  test('passes items and results through what validates them, on both sides', async () => {
    expect(await read(opened().client.changed())).toEqual(['A?', 'B?']);
  });
});

describe('times', () => {
  test('no value for longer than idleMs ends a stream, and a slow reader does not', async () => {
    const { link, market, client } = opened();
    const values = withOptions(client, { idleMs: 100 }).count(1, 10)[Symbol.asyncIterator]();
    await values.next();
    link.advance(1_000);
    await values.next();
    await settled();
    market.gate = new Promise(() => undefined);
    for (let queued = link.window; queued > 0; queued -= 1) await values.next();
    const waiting = values.next();
    link.advance(99);
    link.advance(1);

    await expect(waiting).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'No value came for 100 ms: Market.count at 10.0.0.1:1.',
      executed: 'yes',
    });
    expect(link.open).toBe(0);
  });

  test('a stream that takes longer than totalMs ends', async () => {
    const { link, client } = opened();
    const values = withOptions(client, { totalMs: 500 }).quiet()[Symbol.asyncIterator]();
    await values.next();
    const waiting = values.next();
    link.advance(500);

    await expect(waiting).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'The stream took longer than 500 ms: Market.quiet at 10.0.0.1:1.',
    });
  });

  test('a method says how long its streams may take, unless their callers do', async () => {
    const { link, client } = opened();
    const outcome = async (values: RpcStream<number>, ...waits: number[]): Promise<unknown> => {
      const reading = values[Symbol.asyncIterator]();
      await reading.next();
      const next = reading.next().catch((error: unknown) => (error as RpcError).message);
      for (const ms of waits) link.advance(ms);
      values.cancel();
      const ended = await next;
      return typeof ended === 'string' ? ended : 'goes on';
    };
    const patient = withOptions(client, { idleMs: Infinity });

    expect(await outcome(client.timed(1), 99)).toBe('goes on');
    expect(await outcome(client.timed(1), 99, 1)).toMatch('No value came for 100 ms');
    expect(await outcome(patient.timed(1), 499)).toBe('goes on');
    expect(await outcome(patient.timed(1), 499, 1)).toMatch('The stream took longer than 500 ms');
    expect(await outcome(withOptions(patient, { totalMs: Infinity }).timed(1), 1e9)).toBe('goes on');
  });

  test('a stream has no time of its own otherwise', async () => {
    const { link, client } = opened();
    const values = client.quiet()[Symbol.asyncIterator]();
    await values.next();
    link.advance(1_000_000_000);
    expect(link.dispatcher.running).toBe(1);
    await values.return!();
  });

  test('a time out of range is refused', async () => {
    const { client } = opened();

    await expect(read(withOptions(client, { idleMs: 0 }).quiet())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('idleMs must be') as string,
    });
  });
});

describe('a streamed argument', () => {
  test('reaches the handler after the others, whatever can be iterated', async () => {
    const { link, client } = opened();
    async function* generator(): AsyncGenerator<number> {
      for (let value = 1; value <= 100; value += 1) yield value;
    }

    expect(await client.total('array', [1, 2]).orThrow()).toBe('array 3');
    expect(await orThrow(client).total('generator', generator())).toBe('generator 5050');
    expect(await client.total('promises', [Promise.resolve(1)] as unknown as number[]).orThrow()).toBe('promises 1');
    expect(await client.total('stream', RpcStream.from([4])).orThrow()).toBe('stream 4');
    expect(link.open).toBe(0);
  });

  test('is pulled no further ahead of the handler than the window', async () => {
    const { link } = opened();
    let pulled = 0;
    let taken = 0;
    const source = {
      *[Symbol.iterator]() {
        for (;;) yield (pulled += 1);
      },
    };
    const slow = defineService<{ take(values: AsyncIterable<number>): Promise<void> }>('Slow', {
      take: { stream: 'client' },
    });
    const slowClient = link.serve(slow, {
      async take(values) {
        for await (const value of values) {
          taken = value;
          expect(pulled - taken).toBeLessThanOrEqual(link.window + 1);
          if (taken === 50) return;
        }
      },
    });
    await slowClient.take(source).orThrow();
    expect(taken).toBe(50);
  });

  test('ends when the handler has read enough, and so does its source', async () => {
    const { link, client } = opened();
    let ended = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield 'word';
      } finally {
        ended = true;
      }
    }

    expect(await client.firstOf(endless()).orThrow()).toBe('word');
    await settled();
    expect(ended).toBe(true);
    expect(await client.firstOf([]).orThrow()).toBe('none');
    expect(link.open).toBe(0);
  });

  test('whose source fails ends the call with that error, and the handler does not take it for the end', async () => {
    const { link, market, client } = opened();
    async function* failing(): AsyncGenerator<string> {
      yield 'one';
      throw new Error('disk full');
    }

    await expect(client.waits(failing())).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'Market.waits at 10.0.0.1:1: what is streamed to it failed: disk full',
      cause: expect.objectContaining({ message: 'disk full' }) as Error,
    });
    await settled();
    expect(market.ended).toEqual(['one', 'CANCELLED']);
    expect(link.open).toBe(0);
  });

  test('that is none is refused before anything is sent', async () => {
    const { link, client } = opened();

    for (const wrong of ['text', 5, undefined])
      await expect(client.firstOf(wrong as unknown as string[])).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        executed: 'no',
        message: expect.stringContaining('Market.firstOf takes a stream as its last argument') as string,
      });
    expect(link.counters.requests.received).toBe(0);
  });

  test('with a value that cannot be sent ends the call', async () => {
    const { link, client } = opened();

    await expect(client.firstOf([(() => 1) as unknown as string])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(link.open).toBe(0);
  });
});

describe('streams both ways', () => {
  test('go on together', async () => {
    const { link, client } = opened();
    const seen: string[] = [];
    async function* talk(): AsyncGenerator<string> {
      yield 'one';
      while (seen.length < 1) await settled();
      yield 'two';
    }
    for await (const word of client.echo(talk())) seen.push(word);

    expect(seen).toEqual(['one!', 'two!']);
    expect(link.open).toBe(0);
  });

  test('are cold: what is streamed is not touched before the first value is asked for', async () => {
    const { client } = opened();
    const source = jest.fn(() => ['a'][Symbol.iterator]());
    const words = client.echo({ [Symbol.iterator]: source });
    await settled();
    expect(source).not.toHaveBeenCalled();

    expect(await read(words)).toEqual(['a!']);
  });

  test('end with INVALID_ARGUMENT at a value of the caller that items refuses, whatever the handler makes of it', async () => {
    const { link, client } = opened();

    await expect(read(client.echo(['ab', '']))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      executed: 'yes',
      message: expect.stringContaining('Market.echo refused a value of the stream: ') as string,
    });
    expect(link.open).toBe(0);
  });

  test('end with INTERNAL at a value of the handler that result refuses', async () => {
    const { client } = opened();

    await expect(read(client.echo(['ab', 'abcd']))).rejects.toMatchObject({ code: 'INTERNAL', executed: 'yes' });
  });
});

describe('best effort', () => {
  test('gives the newest value, and counts those that were overtaken or lost', async () => {
    const { link, client } = opened();
    link.lost.add(1);
    const poses = client.pose();
    const values = poses[Symbol.asyncIterator]();
    expect((await values.next()).value).toBe(0);
    for (let packet = 0; packet < 4; packet += 1) {
      link.packetLeaves();
      await settled();
    }

    expect((await values.next()).value).toBe(4);
    expect(poses.missed).toBe(3);
    await values.return!();
    expect(link.open).toBe(0);
  });
});

describe('what does not fit', () => {
  test.each([
    ['with a stream for an answer', 'plain', { stream: true }, 'and served without streams'],
    ['without streams', 'count', {}, 'and served with a stream for an answer'],
    ['with a stream after its arguments', 'count', { stream: 'client' }, 'and served with a stream for an answer'],
    ['with streams both ways', 'total', { stream: 'both' }, 'and served with a stream after its arguments'],
  ])('a method that is called %s is refused and not run', async (called, method, options, served) => {
    const { link, market } = opened();
    const other = defineService('Market', { [method]: options });
    const values = other.methods.get(method)!;
    const args = [1, 2, [3]];
    const answersOnce = values.stream === undefined || values.stream === 'client';
    const outcome: Promise<unknown> = answersOnce
      ? link.channel.call(values, args).orThrow()
      : read(link.channel.stream(values, args));

    await expect(outcome).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      executed: 'no',
      message: expect.stringContaining(`is called ${called}, ${served}`) as string,
    });
    expect(market.pulled).toBe(0);
    expect(link.open).toBe(0);
  });

  test('an iterable that was not declared is INTERNAL, and the log says what to write', async () => {
    const { link, client } = opened();

    await expect(client.undeclared()).rejects.toMatchObject({ code: 'INTERNAL', executed: 'yes' });
    expect(link.log.join()).toContain('Write @RpcMethod({ stream: true })');
  });

  test('so is a declared stream that is none', async () => {
    const { link, client } = opened();

    await expect(read(client.notOne() as unknown as AsyncIterable<unknown>)).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    expect(link.log.join()).toContain('Market.notOne is declared to answer with a stream and gave 5');
  });
});

describe('the end of a server', () => {
  test('ends a stream with UNAVAILABLE, and one that is idempotent is opened again if nothing had come', async () => {
    const { link, market, client } = opened();
    const values = client.quiet()[Symbol.asyncIterator]();
    await values.next();
    market.gate = new Promise(() => undefined);
    link.restart();

    await expect(values.next()).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
    const all = read(client.again(['a']));
    link.restart();
    market.gate = undefined;
    expect(await all).toEqual(['a']);
  });

  test('leaves a stream in doubt that was opened again and not sent, for the first one may have run', async () => {
    const { link, market, client } = opened();
    market.gate = new Promise(() => undefined);
    const first = client.again(['a'])[Symbol.asyncIterator]().next();
    link.full = true;
    link.restart();

    await expect(first).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'unknown' });
  });

  test('that closes aborts streams at once', async () => {
    const { link, market, client } = opened();
    const values = client.quiet()[Symbol.asyncIterator]();
    await values.next();
    link.dispatcher.abandonStreams(new RpcError('CLOSED', 'closing'));
    link.drain();

    await expect(values.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(market.aborted).toEqual(['CLOSED']);
    expect(link.open).toBe(0);
  });
});
