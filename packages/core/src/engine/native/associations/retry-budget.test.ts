import { RETRY_TOKENS, RETRY_TOKENS_PER_ANSWER } from '../../../native-limits';
import { RETRY_BUDGET_DEFAULT } from '../native-options';
import { RetryBudget } from './retry-budget';

const spend = (budget: RetryBudget): number => {
  let taken = 0;
  while (budget.take()) taken += 1;
  return taken;
};

test('retries stop at half of the tokens', () => {
  expect(spend(new RetryBudget(RETRY_BUDGET_DEFAULT))).toBe(RETRY_TOKENS / 2);
  expect(spend(new RetryBudget({ tokens: 4, tokensPerAnswer: 1 }))).toBe(2);
});

test('a budget without tokens allows none', () => {
  expect(spend(new RetryBudget({ tokens: 0, tokensPerAnswer: 1 }))).toBe(0);
});

test('answers give tokens back, never more than there were', () => {
  const budget = new RetryBudget(RETRY_BUDGET_DEFAULT);
  spend(budget);
  for (let answer = 0; answer < 1.5 / RETRY_TOKENS_PER_ANSWER; answer += 1) budget.answered();
  expect(spend(budget)).toBe(2);
  for (let answer = 0; answer < 1000; answer += 1) budget.answered();
  expect(spend(budget)).toBe(RETRY_TOKENS / 2);
});
