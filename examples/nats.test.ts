import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeWithNats, withNats } from '../packages/nats/test/describe-with-nats';
import { NatsServer } from '../packages/nats/test/nats-server';

/** Starts a file of the example, as its README says, against the built packages. */
function start(file: string, url: string): ChildProcess {
  const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
  return spawn(process.execPath, [tsNode, file, url], { cwd: join(__dirname, 'nats') });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return output;
}

describeWithNats(withNats('the example over NATS'), () => {
  let broker: NatsServer;
  beforeAll(async () => (broker = await NatsServer.start()));
  afterAll(() => broker[Symbol.asyncDispose]());
  const url = (): string => `nats://${broker.url}`;

  test('a client that finds no server says so, and that nothing has run', async () => {
    expect(await outputOf(start('client.ts', url()))).toMatch(/^UNAVAILABLE, executed: no\. .*Orders/);
  });

  test('orders are placed and listed, and a server that is ended finishes what was begun', async () => {
    const server = start('server.ts', url());
    const output = outputOf(server);
    await once(createInterface({ input: server.stdout! }), 'line');
    expect(await outputOf(start('client.ts', url()))).toBe(
      'Order 1: two chairs\nOrder 2: a table\nPlaced: two chairs\nPlaced: a table\n',
    );
    server.kill('SIGINT');
    expect(await output).toContain('All that was begun is finished.');
  });
});
