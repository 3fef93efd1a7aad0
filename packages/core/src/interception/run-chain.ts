import type { Interceptor } from '../interceptor.js';
import type { ChainedCall } from './chained-call.js';

/** Where a chain of interceptors leads. */
export interface ChainEnd<Call extends ChainedCall, Out> {
  /** What the innermost interceptor goes on with. */
  run(call: Call): Out;
  /** What `next` gives in place of what was thrown further in; undefined if it throws as well. */
  thrown?(error: unknown): Out;
}

/** Takes a call through interceptors, of which the first is the outermost. Makes no promise of its own. */
export function runChain<Call extends ChainedCall, Out>(
  interceptors: readonly Interceptor<Out>[],
  call: Call,
  end: ChainEnd<Call, Out>,
): Out {
  const enter = (index: number, current: Call): Out => {
    const interceptor = interceptors[index];
    if (interceptor === undefined) return end.run(current);
    return interceptor(current, (given) => {
      if (end.thrown === undefined) return enter(index + 1, current.changed(given));
      try {
        return enter(index + 1, current.changed(given));
      } catch (error) {
        return end.thrown(error);
      }
    });
  };
  return enter(0, call);
}
