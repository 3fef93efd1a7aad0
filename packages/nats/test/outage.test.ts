import { describeWithNats, withNats } from './describe-with-nats';
import { runOutage } from './outage/outage';

describeWithNats(withNats('a NATS server that is killed and started again'), () => {
  test('leaves no call that says what is not true of it, and none runs twice that may not', async () => {
    const report = await runOutage({ calls: 1_000, width: 64 });
    expect(report.untrue).toEqual([]);
    expect(report.calls).toBe(1_000);
    expect(report.answered).toBeGreaterThan(500);
    // It was killed with calls out.
    expect(report.no + report.unknown).toBeGreaterThan(0);
    expect(report.silent).toBe(0);
  });
});
