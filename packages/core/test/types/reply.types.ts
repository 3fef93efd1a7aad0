/** Compiled, never run. */
import { RpcError, type Reply, type RpcCall, type RpcErrorCode } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

declare const call: RpcCall<string>;

export async function replies(): Promise<unknown> {
  const reply = await call;
  const value = await call.orThrow();
  // @ts-expect-error -- nobody knows yet whether there is a value
  const tooEarly: unknown = reply.value;
  if (reply.received) {
    const narrowed: string = reply.value;
    return narrowed;
  }
  // @ts-expect-error -- silence has no value
  const never: unknown = reply.value;
  // @ts-expect-error -- a reply is read-only
  reply.received = true;
  return [value, tooEarly, never];
}

export const all = Promise.all([call, call.orThrow()]);
export const caught = call.then(
  (reply) => reply.received,
  // eslint-disable-next-line @typescript-eslint/use-unknown-in-catch-callback-variable -- a call rejects with nothing else
  (error) => error.code,
);

export type Replies = [
  Expect<Equal<Awaited<typeof call>, Reply<string>>>,
  Expect<Equal<ReturnType<typeof call.orThrow>, Promise<string>>>,
  Expect<Equal<typeof all, Promise<[Reply<string>, string]>>>,
  Expect<Equal<typeof caught, Promise<boolean | RpcErrorCode>>>,
  Expect<Equal<Reply<1>, { readonly received: true; readonly value: 1 } | { readonly received: false }>>,
];

export function codeOf(error: unknown): RpcErrorCode | undefined {
  return RpcError.is(error) ? error.code : undefined;
}

// @ts-expect-error -- the list of codes is closed
export const unknownCode = new RpcError('TEAPOT', 'no such code');
