import { CORE_RESTART_MS, CORE_RESTART_MS_MAX, CORE_STEADY_MS } from '../limits.js';
import { RestartDelay } from './restart-delay.js';

test('each death that follows soon doubles the delay, from CORE_RESTART_MS up to CORE_RESTART_MS_MAX', () => {
  const delay = new RestartDelay();
  const delays = Array.from({ length: 8 }, () => delay.afterDeath(0));
  expect(delays.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * CORE_RESTART_MS));
  expect(delays.at(-1)).toBe(CORE_RESTART_MS_MAX);
});

test('the death of one that has served for CORE_STEADY_MS is the first one again', () => {
  const delay = new RestartDelay();
  for (let deaths = 0; deaths < 5; deaths += 1) delay.afterDeath(CORE_STEADY_MS - 1);
  expect(delay.afterDeath(CORE_STEADY_MS)).toBe(CORE_RESTART_MS);
  expect(delay.afterDeath(0)).toBe(2 * CORE_RESTART_MS);
});
