import { BURST_SECONDS, SOURCES_MAX } from '../limits';
import { SourceRates } from './source-rates';

test('a source may do BURST_SECONDS of its rate at once, and then its rate', () => {
  const rates = new SourceRates(10);
  const take = (now: number): number => {
    let taken = 0;
    while (rates.take('x', now)) taken += 1;
    return taken;
  };
  expect(take(0)).toBe(10 * BURST_SECONDS);
  expect(take(500)).toBe(5);
  expect(take(1_000_000)).toBe(10 * BURST_SECONDS);
  expect(rates.take('y', 1_000_000)).toBe(true);
});

test('SOURCES_MAX sources are remembered: those that came last', () => {
  const rates = new SourceRates(1);
  const drain = (source: string): void => {
    while (rates.take(source, 0));
  };
  drain('first');
  drain('second');
  for (let source = 2; source <= SOURCES_MAX; source += 1) rates.take(`source ${source}`, 0);
  expect([rates.take('second', 0), rates.take('first', 0)]).toEqual([false, true]);
});
