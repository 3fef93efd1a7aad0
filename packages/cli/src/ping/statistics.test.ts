import { PingStatistics } from './statistics';

function statisticsOf(sent: number, ...answers: number[]): PingStatistics {
  const statistics = new PingStatistics();
  for (let ping = 0; ping < sent; ping += 1) statistics.addSent();
  for (const ms of answers) statistics.addAnswer(ms);
  return statistics;
}

test('times are summed up to their least, mean, most, and standard deviation', () => {
  expect(statisticsOf(8, 2, 4, 4, 4, 5, 5, 7, 9).summary).toEqual({
    sent: 8,
    received: 8,
    lossPercent: 0,
    roundTrips: { minMs: 2, avgMs: 5, maxMs: 9, stddevMs: 2 },
  });
});

test('small differences between long times are not lost', () => {
  const { roundTrips } = statisticsOf(2, 1_000_000_000.1, 1_000_000_000.3).summary;
  expect(roundTrips?.stddevMs).toBeCloseTo(0.1, 3);
});

test('loss is a share of what was sent', () => {
  expect(statisticsOf(3, 1).summary).toMatchObject({ sent: 3, received: 1, lossPercent: 66.7 });
});

test('without an answer there are no times, and without a ping no loss', () => {
  expect(statisticsOf(2).summary).toEqual({ sent: 2, received: 0, lossPercent: 100, roundTrips: undefined });
  expect(statisticsOf(0).summary).toMatchObject({ sent: 0, lossPercent: 0 });
});
