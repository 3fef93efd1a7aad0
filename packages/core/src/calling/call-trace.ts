import type { CallOptions, RpcChannel } from '../channel.js';
import { checkMetadata } from '../codec/metadata.js';
import { RpcError } from '../errors.js';
import type { Reply, RpcCall } from '../reply.js';
import { CALLS, tellEnd, type TracedCall, type TracedEnd } from '../reporting/diagnostics.js';
import type { MethodContract } from '../service/contract.js';

/** Over what a call is made, as far as it is told. */
export type TracedRoute = Pick<RpcChannel, 'remote' | 'traits'>;

/** On the options of an attempt. From the global registry, for another copy of this package may make it. */
const ATTEMPT: unique symbol = Symbol.for('rpcudp.attempt');

/** Marks the options of what interceptors make of a call, which is told of itself. */
export function ofAttempt(options: CallOptions): CallOptions {
  return CALLS.hasSubscribers ? ({ ...options, [ATTEMPT]: true } as CallOptions) : options;
}

/** Whether anybody hears of a call with such options. */
export function isTraced(options: CallOptions): boolean {
  return CALLS.hasSubscribers && !(ATTEMPT in options);
}

/** What is told of a call that is about to start. */
export function tracedCall(route: TracedRoute, method: MethodContract, { metadata }: CallOptions): TracedCall {
  const { service, name, stream, delivery } = method;
  const { wire, carriesMetadata = true } = route.traits ?? {};
  return {
    service,
    method: name,
    name: `${service}/${name}`,
    remote: route.remote,
    wire,
    stream,
    delivery,
    metadata: carriesMetadata && isMetadata(metadata) ? { ...metadata } : undefined,
  };
}

/** The options of a call after its start was told: with what was added to its metadata. */
export function optionsAfterStart({ metadata }: TracedCall, options: CallOptions): CallOptions {
  return metadata === undefined || Object.keys(metadata).length === 0 ? options : { ...options, metadata };
}

/** Makes a call that is answered once, and tells of its start and its end. */
export function traceCall(traced: TracedCall, method: MethodContract, start: () => RpcCall<unknown>): RpcCall<unknown> {
  return CALLS.start.runStores(traced, () => {
    const call = start();
    // Not awaited: what is given is the call itself, which is more than a promise.
    void call.then(
      (reply) => tellEnd(CALLS, traced, endOf(call, method, reply)),
      (error: unknown) => tellEnd(CALLS, traced, failedEnd(RpcError.from(error))),
    );
    CALLS.end.publish(traced);
    return call;
  });
}

/** What is told of a call that ended with an error. */
export function failedEnd(error: RpcError): TracedEnd {
  const { code, executed } = error;
  return { code, executed, error };
}

function endOf(call: RpcCall<unknown>, { shape }: MethodContract, reply: Reply<unknown>): TracedEnd {
  // That a call without an answer has arrived does not say that it ran.
  if (reply.received) return { reply, code: 'OK', executed: shape === 'one-way' ? 'unknown' : 'yes' };
  const error = call.silenceError();
  return error === undefined ? { reply, code: 'OK', executed: 'unknown' } : { reply, ...failedEnd(error) };
}

function isMetadata(metadata: unknown): boolean {
  if (metadata === undefined) return true;
  try {
    checkMetadata(metadata);
    return true;
  } catch {
    // The call will fail of it, and say why.
    return false;
  }
}
