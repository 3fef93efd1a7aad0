/**
 * Kills a NATS server in the middle of calls, starts it again, and holds each call to what it says of whether it ran.
 *
 *   npm run outage:nats [-- --calls 10000 --width 64 --rounds 1]
 */
import { parseArgs } from 'node:util';
import { runOutage } from './outage';

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { calls: text, width: text, rounds: text } });
  const plan = { calls: Number(values.calls ?? 10_000), width: Number(values.width ?? 64) };
  for (let round = 0; round < Number(values.rounds ?? 1); round += 1) {
    const report = await runOutage(plan);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (report.untrue.length > 0) process.exitCode = 1;
  }
}

void main();
