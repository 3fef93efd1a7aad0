import { RETRY_TOKENS, RETRY_TOKENS_LEAST, RETRY_TOKENS_PER_SUCCESS } from '../../../limits';
import { RetryBudget } from './retry-budget';

const spend = (budget: RetryBudget): number => {
  let taken = 0;
  while (budget.take()) taken += 1;
  return taken;
};

test('retries stop at half of the tokens', () => {
  expect(spend(new RetryBudget())).toBe(RETRY_TOKENS - RETRY_TOKENS_LEAST);
});

test('successes give tokens back, never more than there were', () => {
  const budget = new RetryBudget();
  spend(budget);
  for (let success = 0; success < 1.5 / RETRY_TOKENS_PER_SUCCESS; success += 1) budget.succeeded();
  expect(spend(budget)).toBe(2);
  for (let success = 0; success < 1000; success += 1) budget.succeeded();
  expect(spend(budget)).toBe(RETRY_TOKENS - RETRY_TOKENS_LEAST);
});
