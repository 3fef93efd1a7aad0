// For jest and vitest, which tell what tests print each in its way.
import { report } from './all.ts';

declare function test(title: string, run: () => Promise<void>): void;

test('the shop is served and called', async () => {
  process.stdout.write(`REPORT ${JSON.stringify(await report())}\n`);
});
