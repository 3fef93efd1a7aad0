import { currentContext } from '../context.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { ClientInterceptor } from '../interceptor.js';

/**
 * Passes words of metadata on: from the call that is being handled to the calls that its handler makes. A word that such a call
 * has already stays as it is. Nothing is passed on outside of handlers, nor over the rpcudp wire, which carries no metadata.
 *
 * Name what the other side may know: a token of a caller is not for every peer.
 *
 * @throws RpcError `INVALID_ARGUMENT` if a name is none
 */
export function forwardMetadata(names: readonly string[]): ClientInterceptor {
  if (!areNames(names))
    throw new RpcError('INVALID_ARGUMENT', `forwardMetadata() takes an array of names, not ${inspectOption(names)}.`);
  return (call, next) => {
    const context = call.carriesMetadata ? currentContext() : undefined;
    if (context === undefined) return next(call);
    // Own words alone: a name may be that of something that every object has.
    const passedOn = names
      .filter((name) => Object.hasOwn(context.metadata, name) && !Object.hasOwn(call.metadata, name))
      .map((name): [string, string] => [name, context.metadata[name]!]);
    if (passedOn.length === 0) return next(call);
    return next({ ...call, metadata: Object.fromEntries([...Object.entries(call.metadata), ...passedOn]) });
  };
}

function areNames(names: readonly unknown[]): boolean {
  return Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '');
}
