/** The example of a cluster: its processes, one of which is killed and one of which drains. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

test('cluster: of three servers one is killed and one drains, and no order is lost that was not taken, nor taken twice', async () => {
  const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
  const child = spawn(process.execPath, [tsNode, 'main.ts'], { cwd: join(__dirname, 'cluster') });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [unknown];

  expect(output).toContain(
    'One is killed: true.\nOne drains: true.\nThe one that drained has left with exit code 0.\n',
  );
  expect(output).toContain('0 lost that were not taken, 0 taken twice.\n');
  const [, answered, unknown] = /600 orders: (\d+) answered; (\d+) of/.exec(output)!.map(Number);
  expect(answered! + unknown!).toBe(600);
  expect(answered).toBeGreaterThan(400);
  expect(status).toBe(0);
});
