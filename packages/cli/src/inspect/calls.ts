/** Calls on behalf of the page. */
import { messagePack, type CallOptions, type Delivery, type RpcStream } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { parseValue } from '../arguments/json5-values.js';
import type { Connection } from '../connection.js';
import { untypedMethod } from '../method-name.js';
import { fromJson, toJson, type Json } from './shared/json-values.js';
import type { CallAnswer, CallRequest, ShownFailure, StreamLine } from './shared/messages.js';

type StreamSides = NonNullable<MethodContract['stream']>;

/** What of a value a page gets at most, as JSON: a browser that has to show more does nothing else for a while. */
const SHOWN_CHARACTERS_MAX = 4 * 1024 * 1024;

const codec = messagePack();

/** Makes a call that is answered once, and tells what came of it. Never rejects. */
export async function makeCall(connection: Connection, request: CallRequest, signal: AbortSignal): Promise<CallAnswer> {
  const began = performance.now();
  const ms = (): number => performance.now() - began;
  try {
    const { method, args, options } = read(request, signal);
    const call = connection.channel.call(method, args, options);
    const reply = await call;
    const argsBytes = call.progress.totalBytes;
    if (!reply.received) return { ms: ms(), argsBytes, failure: silenceOf(connection, call.silenceError(), request) };
    return { ms: ms(), argsBytes, answerBytes: codec.encode(reply.value).length, value: shown(reply.value) };
  } catch (error) {
    return { ms: ms(), failure: failureOf(connection, error) };
  }
}

/** Makes a call that is answered by a stream: a line for each value, and one for its end. Never rejects. */
export async function* makeStream(
  connection: Connection,
  request: CallRequest,
  signal: AbortSignal,
): AsyncGenerator<StreamLine> {
  const began = performance.now();
  let values: RpcStream<unknown> | undefined;
  try {
    const { method, args, options } = read(request, signal);
    values = connection.channel.stream!(method, args, options);
    for await (const value of values)
      yield { value: shown(value), ms: performance.now() - began, bytes: codec.encode(value).length };
    yield { end: true, missed: values.missed };
  } catch (error) {
    yield { end: true, missed: values?.missed ?? 0, failure: failureOf(connection, error) };
  }
}

/** A failure as the page shows it. */
export function failureOf({ errors }: Pick<Connection, 'errors'>, error: unknown): ShownFailure {
  if (errors.is(error)) {
    const { code, message, executed, origin, details } = error;
    return { code, message, executed, origin, ...(details !== undefined && { details: shown(details) }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INVALID_ARGUMENT', message, executed: 'no', origin: 'local' };
}

function silenceOf(connection: Connection, error: Error | undefined, { timeoutMs }: CallRequest): ShownFailure {
  if (error !== undefined) return failureOf(connection, error);
  return { code: 'DEADLINE_EXCEEDED', message: `No response within ${timeoutMs} ms.`, executed: 'unknown' };
}

interface TypedCall {
  readonly method: MethodContract;
  readonly args: unknown[];
  readonly options: CallOptions;
}

/** @throws TypeError or SyntaxError if the arguments are none */
function read(request: CallRequest, signal: AbortSignal): TypedCall {
  const { service, method: name, delivery, shape, stream, timeoutMs } = request;
  const how = {
    delivery: delivery as Delivery,
    shape: shape as MethodContract['shape'],
    stream: stream as StreamSides | undefined,
  };
  const args = request.args.map((arg) => fromJson(arg, parseValue));
  return { method: untypedMethod({ service, name }, how), args, options: { timeoutMs, signal } };
}

/** A value as JSON, if that is not too much to be looked at. */
function shown(value: unknown): Json {
  const json = toJson(value);
  const characters = JSON.stringify(json).length;
  if (characters <= SHOWN_CHARACTERS_MAX) return json;
  return `A value of ${characters} characters, which is too much to be shown here. rpcudp call prints it.`;
}
