import { RETRY_MAX_TOKENS_DEFAULT, RETRY_TOKEN_RATIO_DEFAULT } from '../interceptor-limits';
import { RetryThrottle } from './retry-throttle';

test('allows retries as long as more than half of the tokens are left: gRFC A6', () => {
  const throttle = new RetryThrottle();
  for (let failures = 0; failures < RETRY_MAX_TOKENS_DEFAULT / 2; failures += 1) {
    expect(throttle.allows).toBe(true);
    throttle.failed();
  }
  expect(throttle.allows).toBe(false);
  throttle.succeeded();
  expect(throttle.tokens).toBeCloseTo(RETRY_MAX_TOKENS_DEFAULT / 2 + RETRY_TOKEN_RATIO_DEFAULT);
  expect(throttle.allows).toBe(true);
});

test('has no more tokens than at first, and none below zero', () => {
  const throttle = new RetryThrottle({ maxTokens: 3, tokenRatio: 2 });
  throttle.succeeded();
  expect(throttle.tokens).toBe(3);
  for (let failures = 0; failures < 9; failures += 1) throttle.failed();
  expect(throttle.tokens).toBe(0);
  throttle.succeeded();
  expect(throttle.allows).toBe(true);
});
