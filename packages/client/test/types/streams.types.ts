/** Compiled, never run: what the streams of a service are in its client. */
import {
  createClient,
  latest,
  orThrow,
  resuming,
  withOptions,
  type CannotArrive,
  type Client,
  type OrThrow,
} from '@rpcudp/client';
import { RpcStream, type RpcCall, type RpcChannel } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

declare const channel: RpcChannel;

interface Tick {
  readonly id: number;
  readonly at: Buffer;
  format?(): string;
}

interface Word {
  readonly text: string;
}

declare class Market {
  watch(symbol: string, since?: number): AsyncGenerator<Word>;
  ticks(): AsyncIterable<Tick>;
  later(): Promise<AsyncIterable<number>>;
  returning(): AsyncGenerator<number, string, boolean>;
  upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  chat(words: AsyncIterable<Word>): AsyncGenerator<Word>;
  overloaded(key: string): AsyncGenerator<string>;
  overloaded(key: number): AsyncGenerator<number>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- no stream, as far as anybody knows
  anything(value: any): any;
  fails(): never;
  nested(): { values: AsyncIterable<number> };
}

const market = createClient(Market, channel);
type C = typeof market;
type P = OrThrow<Market>;

export type Streams = [
  Expect<Equal<C['watch'], (symbol: string, since?: number) => RpcStream<Word>>>,
  Expect<Equal<C['later'], () => RpcStream<number>>>,
  Expect<Equal<C['returning'], () => RpcStream<number>>>,
  Expect<Equal<C['chat'], (words: AsyncIterable<Word> | Iterable<Word>) => RpcStream<Word>>>,
  Expect<
    Equal<C['upload'], (name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => RpcCall<number>>
  >,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it was declared
  Expect<Equal<C['anything'], (value: any) => RpcCall<any>>>,
  Expect<Equal<C['fails'], () => RpcCall<never>>>,
  // Only a whole answer can be a stream.
  Expect<Equal<ReturnType<C['nested']>, RpcCall<{ values: CannotArrive<'an asynchronous iterable'> }>>>,
];

/** Each value is what arrives, as any result is; by the word of the service it is what it says. */
export type Values = [
  Expect<
    Equal<
      ReturnType<C['ticks']>,
      RpcStream<{ readonly id: number; readonly at: Uint8Array; format?: CannotArrive<'a function'> }>
    >
  >,
  Expect<Equal<ReturnType<Client<Market, 'service'>['ticks']>, RpcStream<Tick>>>,
];

/** In a view that throws, streams are what they were. */
export type Views = [
  Expect<Equal<P['watch'], (symbol: string, since?: number) => RpcStream<Word>>>,
  Expect<
    Equal<P['upload'], (name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => Promise<number>>
  >,
];
export const throwing: OrThrow<Market> = orThrow(market);
export const patient: Client<Market> = withOptions(market, { idleMs: 1_000, totalMs: 60_000 });

export const overloads = [market.overloaded('a'), market.overloaded(1)] as const;
export type Overloads = Expect<Equal<typeof overloads, readonly [RpcStream<string>, RpcStream<number>]>>;

export async function reading(): Promise<number> {
  await using words = market.watch('X');
  for await (const word of words) {
    type Read = Expect<Equal<typeof word, Word>>;
    const text: Read extends true ? string : never = word.text;
    if (text === '') words.cancel();
  }
  return words.missed;
}

export const sending = [
  market.upload('array', [new Uint8Array(1)]),
  market.upload('set', new Set([new Uint8Array(1)])),
  market.upload('another stream', RpcStream.from([new Uint8Array(1)])),
  market.chat(market.watch('X')),
  // @ts-expect-error -- bytes are wanted
  market.upload('strings', ['a']),
  // @ts-expect-error -- a stream is wanted
  market.upload('nothing'),
  // @ts-expect-error -- a stream is read, not awaited
  market.watch('X').orThrow,
];

export const resumed = resuming((last: Word | undefined) => market.watch(last?.text ?? ''));
export const poses = latest<number>((push) => {
  push(1);
  // @ts-expect-error -- numbers are pushed
  push('one');
});
export type Adapters = [
  Expect<Equal<typeof resumed, RpcStream<Word>>>,
  Expect<Equal<typeof poses, AsyncIterableIterator<number, undefined>>>,
];

/** A fake for tests. */
export const fake: Client<Pick<Market, 'watch'>> = { watch: (symbol) => RpcStream.from([{ text: symbol }]) };
