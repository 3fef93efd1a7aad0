/** Compiled, never run: what of a service type is in its client. */
import { createClient, type Client } from '@rpcudp/client';
import { defineService, type RpcCall, type RpcChannel } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

declare const channel: RpcChannel;

/** Services that may have more than they declare keep what they do declare. */
interface Open {
  [name: string]: unknown;
  sayHi(name: string): string;
}
interface OpenByPattern {
  [name: `on${string}`]: () => void;
  [index: number]: () => void;
  ping(): string;
}
class OpenClass {
  [name: string]: unknown;
  count(): number {
    return 1;
  }
}

export type IndexSignatures = [
  Expect<Equal<Extract<keyof Client<Open>, string>, 'sayHi'>>,
  Expect<Equal<Client<Open>['sayHi'], (name: string) => RpcCall<string>>>,
  Expect<Equal<Extract<keyof Client<OpenByPattern>, string | number>, 'ping'>>,
  Expect<Equal<Extract<keyof Client<OpenClass>, string>, 'count'>>,
];
export const openContract = defineService<Open>('Open', { sayHi: { name: 'say_hi' } });
export const openClient = createClient(OpenClass, channel).count();

interface Optional {
  always(): string;
  sometimes?(): string;
  maybe: (() => string) | undefined;
  field: string;
  readonly callback: (name: string) => string;
}

class Members {
  readonly #secret = 1;
  protected constructor(protected readonly store: Map<string, number>) {}
  get size(): number {
    return this.store.size + this.hidden();
  }
  get handler(): () => number {
    return () => this.#secret;
  }
  static of(): Members {
    return new Members(new Map());
  }
  private hidden(): number {
    return this.shielded();
  }
  protected shielded(): number {
    return 1;
  }
  visible(this: this, key: string): number | undefined {
    return this.store.get(key);
  }
}

export type WhatIsThere = [
  // An optional method need not be there. A field that holds a function looks like a method.
  Expect<Equal<Extract<keyof Client<Optional>, string>, 'always' | 'callback'>>,
  // Nothing tells an accessor of a function from a method.
  Expect<Equal<Extract<keyof Client<Members>, string>, 'visible' | 'handler'>>,
  Expect<Equal<Client<Members>['visible'], (key: string) => RpcCall<number | undefined>>>,
];

interface Generic {
  first<T>(items: T[]): T | undefined;
  pick<T extends { id: string }, K extends keyof T>(item: T, ...keys: K[]): Pick<T, K>;
  withDefault<T extends string = 'a'>(value?: T): T;
}

export type TypeParameters = [
  Expect<Equal<Client<Generic>['first'], (items: unknown[]) => RpcCall<unknown>>>,
  Expect<Equal<Client<Generic>['withDefault'], (value?: string) => RpcCall<string>>>,
  Expect<Equal<Parameters<Client<Generic>['pick']>[0], { id: string }>>,
];
