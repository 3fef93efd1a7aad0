import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { ClientInterceptor, ServerInterceptor } from '../interceptor.js';
import { isInterceptor } from '../is-interceptor.js';

/** Interceptors of an endpoint. */
export interface EndpointInterceptors {
  /** Around all calls that it makes. */
  readonly client?: readonly ClientInterceptor[];
  /** Around all handlers that it runs, reflection's included. */
  readonly server?: readonly ServerInterceptor[];
}

/**
 * What is wrong with a list of interceptors, to go on with after "must be"; undefined if nothing is. A list that is undefined, for
 * modules import each other, is no wish for none: an interceptor may be what keeps strangers out.
 */
export function problemOfList(interceptors: unknown): string | undefined {
  if (!Array.isArray(interceptors)) return `an array of functions, not ${inspectOption(interceptors)}`;
  const other = interceptors.findIndex((each) => !isInterceptor(each));
  if (other < 0) return undefined;
  return `an array of functions, and what stands at ${other} is ${describe(interceptors[other])}`;
}

function describe(value: unknown): string {
  return typeof value === 'function' ? 'a class' : inspectOption(value);
}

/** The interceptors of a client. @throws RpcError `INVALID_ARGUMENT` */
export function checkInterceptors(interceptors: unknown): readonly ClientInterceptor[] {
  const problem = problemOfList(interceptors);
  if (problem === undefined) return interceptors as readonly ClientInterceptor[];
  throw new RpcError('INVALID_ARGUMENT', `interceptors must be ${problem}. Leave them out if there are none.`);
}
