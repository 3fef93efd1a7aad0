/**
 * Has hostile nodes make up answers and requests, and holds honest ones to what is promised: nothing throws, nothing grows without bound,
 * every lookup ends, and no lie is believed that can be told from the truth.
 *
 *   npm run fuzz -- --target kademlia [--answers 100000] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { Campaign } from './hostile/campaign';

/** Of one campaign: after so many, another one with the next seed begins. */
const CAMPAIGN_ANSWERS = 5000;

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { target: text, answers: text, seed: text } });
  const answers = Number(values.answers ?? 100_000);
  const first = Number(values.seed ?? Date.now() % 1_000_000);
  for (let seed = first, left = answers; left > 0; seed += 1) {
    try {
      const figures = await Campaign.run(seed, Math.min(left, CAMPAIGN_ANSWERS));
      process.stdout.write(`${JSON.stringify({ seed, ...figures })}\n`);
      left -= figures.answers;
    } catch (error) {
      process.stdout.write(`${String((error as Error).stack)}\n`);
      process.stdout.write(
        `To repeat it: npm run fuzz -- --target kademlia --seed ${seed} --answers ${Math.min(left, CAMPAIGN_ANSWERS)}\n`,
      );
      process.exitCode = 1;
      return;
    }
  }
}

void main();
