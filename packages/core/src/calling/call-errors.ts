/** What calls end with that their own side ended. Each error names the call that it is of: a handler may pass it on. */
import { RpcError, type Executed } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { MethodContract } from '../service/contract.js';
import type { Abortable } from './abort-signals.js';

/** @param label What was called, for the message. */
export function closedError(label: string, executed: Executed): RpcError {
  const message = `${label}: The endpoint that calls is closed. Bind a new one with UdpEndpoint.bind().`;
  return new RpcError('CLOSED', message, { executed });
}

/** The error of a call by the signal that ended it, which is its own or that of the handler that made it. */
export function cancelledBy(call: Abortable & { readonly executed: Executed }, signal: AbortSignal): RpcError {
  const { executed } = call;
  return signal === call.signal ? cancelled(signal, executed) : cancelledWithHandler(signal, executed);
}

export function cancelled(signal: AbortSignal, executed: Executed): RpcError {
  return new RpcError('CANCELLED', 'The call was cancelled by its signal.', { executed, cause: signal.reason });
}

export function cancelledWithHandler(signal: AbortSignal, executed: Executed): RpcError {
  const message = 'The call was cancelled, for nobody waits any more for the answer of the handler that made it.';
  return new RpcError('CANCELLED', message, { executed, cause: signal.reason });
}

/** Nobody reads its stream any more. */
export function leftBehind(call: { readonly label: string; readonly executed: Executed }): RpcError {
  return new RpcError('CANCELLED', `${call.label}: whoever read the stream has left.`, { executed: call.executed });
}

/** A method whose last argument has to be a stream, and is none. */
export function noSource({ service, property }: MethodContract, given: unknown): RpcError {
  return new RpcError(
    'INVALID_ARGUMENT',
    `${service}.${property} takes a stream as its last argument: anything that can be iterated, and not ${inspectOption(given)}.`,
  );
}

/** Anything but an RpcError comes from a codec of the user's own; nothing was sent. */
export function unsendable(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  return new RpcError('INVALID_ARGUMENT', 'The codec could not encode the arguments.', {
    cause: error,
    executed: 'no',
  });
}

/** The same error, with what is known of whether the method ran. */
export function withExecuted(error: RpcError, executed: Executed): RpcError {
  if (error.executed === executed) return error;
  const { code, message, origin, details, cause } = error;
  return new RpcError(code, message, { origin, executed, details, cause });
}
