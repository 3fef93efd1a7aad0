/**
 * @packageDocumentation
 * What interceptors are written with, and those that many programs need: see `docs/guides/interceptors.md`.
 */
export { interceptChannel, interceptPeer } from '../calling/intercepted-channel.js';
export { checkInterceptors } from '../interception/check-interceptors.js';
export type { EndpointInterceptors } from '../interception/check-interceptors.js';
export type {
  AnyInterceptor,
  ClientInterceptor,
  ClientOutcome,
  InterceptedCall,
  Interceptor,
  ServerInterceptor,
} from '../interceptor.js';
export { contextKey, type ContextKey, type ContextValues } from '../context-values.js';
export { RpcUse } from '../service/rpc-use.js';
export { retry, type RetryOptions } from './retry.js';
export type { RetryPolicyOptions } from './retry-policy.js';
export { RetryThrottle, type RetryBudget } from './retry-throttle.js';
export { deadline, type DeadlineOptions } from './deadline.js';
export { logging, type LoggingOptions } from './logging.js';
export { concurrencyLimit, type ConcurrencyLimit, type ConcurrencyLimitOptions } from './concurrency-limit.js';
export type { AdaptiveLimitOptions } from './adaptive-limit.js';
export { forwardMetadata } from './forward-metadata.js';
export { idempotencyKey, type IdempotencyKeyOptions, type IdempotencyServerOptions } from './idempotency-key.js';
export type { IdempotencyClaim, IdempotencyStore } from './idempotency-store.js';
export { MemoryIdempotencyStore, type MemoryStoreOptions } from './memory-store.js';
export type { InterceptorClock } from './clock.js';
