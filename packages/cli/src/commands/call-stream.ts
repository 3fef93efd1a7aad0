/** Calls of methods whose values follow each other: a line for each that comes. */
import type { CallOptions, RpcStream } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { outcome, type Connection } from '../connection.js';
import { print } from '../output/print.js';
import { jsonOf, showValue } from '../output/values.js';
import { failureOf, silence } from '../rpc-failure.js';

/** How the values of a stream are asked for and shown. */
export interface StreamCallOptions {
  readonly json?: true | undefined;
  /** How many values to wait for. */
  readonly count?: number | undefined;
  /** How long to read, in milliseconds. */
  readonly forMs?: number | undefined;
}

/**
 * Calls a method that answers with a stream, and prints a line for each value, until it ends, until there were as many as
 * asked for or the time is over, or until Ctrl-C: whatever ends it here ends it over there.
 *
 * @throws CommandFailure
 */
export async function printStream(
  { channel, target, errors }: Connection,
  method: MethodContract,
  args: readonly unknown[],
  { json, count = Infinity, forMs, ...options }: StreamCallOptions & CallOptions,
): Promise<void> {
  const values = channel.stream!(method, args, options);
  const stop = (): void => values.cancel();
  // Once: a second Ctrl-C ends the process, as ever.
  process.once('SIGINT', stop);
  const timer = forMs === undefined ? undefined : setTimeout(stop, forMs);
  let printed = 0;
  try {
    for await (const value of values) {
      print(json === true ? jsonOf(value) : showValue(value, { isTTY: process.stdout.isTTY, columns: Infinity }));
      printed += 1;
      if (printed >= count) break;
    }
  } catch (error) {
    throw errors.is(error) ? failureOf(error, target) : error;
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', stop);
    tellMissed(values);
  }
}

/** Where programs read, there is nothing but values. */
function tellMissed({ missed }: RpcStream<unknown>): void {
  if (missed > 0) process.stderr.write(`${missed} values were overtaken or lost.\n`);
}

/** Calls a method that takes a stream and answers once. @throws CommandFailure */
export async function answerToStream(
  connection: Connection,
  method: MethodContract,
  args: readonly unknown[],
  options: CallOptions & { readonly timeoutMs: number },
): Promise<unknown> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  try {
    const made = connection.channel.call(method, args, { ...options, signal: abort.signal });
    const reply = await outcome(connection, made);
    if (reply.received) return reply.value;
    throw silence(connection.target, options.timeoutMs);
  } finally {
    process.off('SIGINT', stop);
  }
}
