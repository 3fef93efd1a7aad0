import { RpcError } from '@rpcudp/core';
import type { ServerInterceptor } from '@rpcudp/core/interceptors';
import { USER } from './users';

/** How many calls each user may make: so many at once, and so many more in a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A bucket of tokens for each user. There are as many as there are users, for only who is known comes here: without
 * authentication, the number of buckets would have to be bounded.
 */
export function rateLimit({ burst, perSecond }: Rate, now = (): number => performance.now()): ServerInterceptor {
  const buckets = new Map<string, Bucket>();
  return (call, next) => {
    const { name } = call.values.get(USER);
    const bucket = buckets.get(name) ?? { tokens: burst, at: now() };
    buckets.set(name, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * perSecond);
    bucket.at = now();
    if (bucket.tokens < 1) {
      // retry() waits as long as this says.
      const retryAfterMs = Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
      throw new RpcError('RESOURCE_EXHAUSTED', `${name} calls too often.`, { details: { retryAfterMs } });
    }
    bucket.tokens -= 1;
    return next(call);
  };
}
