// What @rpcudp/kademlia and what it depends on do without any other package, as ESM and as CommonJS: nodes on a simulated network.
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import * as testing from '@rpcudp/core/testing';
import * as kademlia from '@rpcudp/kademlia';
import * as parts from '@rpcudp/kademlia/parts';

const require = createRequire(import.meta.url);
for (const absent of ['@rpcudp/udp', '@rpcudp/client', '@rpcudp/cli'])
  assert.throws(() => require.resolve(absent), undefined, `${absent} is installed.`);

await find(testing, kademlia, parts);
await find(require('@rpcudp/core/testing'), require('@rpcudp/kademlia'), require('@rpcudp/kademlia/parts'));
console.log('Found by both.');

async function find({ SimulatedNetwork }, { KademliaNode, digestOf }, { compareDistance }) {
  const network = new SimulatedNetwork({ seed: 1, latencyMs: 5 });
  const ports = {
    now: () => network.clock.now,
    wallClock: () => network.clock.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    setTimer: (delayMs, callback) => network.clock.setTimer(delayMs, callback),
  };
  const nodes = [];
  for (let count = 0; count < 5; count += 1) {
    const endpoint = network.bind({ host: `10.0.0.${count + 1}`, port: 8468 });
    const bootstrap = count === 0 ? [] : ['10.0.0.1:8468'];
    nodes.push(await network.until(KademliaNode.join(endpoint, { ports, bootstrap })));
  }
  await network.until(nodes[1].set('my-key', 'my value'));
  assert.equal((await network.until(nodes[4].get('my-key'))).value, 'my value');
  const target = digestOf('my-key');
  const found = await network.until(nodes[0].lookup(target).nodes);
  const sorted = [...found].sort((a, b) => compareDistance(target, a.id, b.id));
  assert.deepEqual(found, sorted);
  assert.equal(found.length, 4);
}
