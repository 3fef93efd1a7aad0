/** The short form of `npm run fuzz -- --target kademlia`: in a process of its own, for an error that nobody catches has to end it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

test('4,000 answers that hostile nodes make up neither throw, stop a lookup, grow without bound, nor are believed', () => {
  const args = ['packages/core/test/fuzz.mjs', '--target', 'kademlia', '--answers', '4000', '--seed', '1'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  const [line, ...more] = stdout.trim().split('\n');
  // Whatever else there is says what was broken.
  expect(more).toEqual([]);
  const { answers, requests, actions } = JSON.parse(line!) as Record<string, number>;
  expect(answers).toBeGreaterThanOrEqual(4000);
  expect([requests! > 500, actions! > 50]).toEqual([true, true]);
  expect(status).toBe(0);
});
