// What @rpcudp/balance and what it depends on do without any other package, as ESM and as CommonJS: two servers on a simulated network.
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import * as balanced from '@rpcudp/balance';
import * as core from '@rpcudp/core';
import * as service from '@rpcudp/core/service';
import * as testing from '@rpcudp/core/testing';

const require = createRequire(import.meta.url);
for (const absent of ['@rpcudp/udp', '@rpcudp/client', '@rpcudp/cli'])
  assert.throws(() => require.resolve(absent), undefined, `${absent} is installed.`);

const door = (name) => require(`@rpcudp/${name}`);
await call(core, service, testing, balanced);
await call(door('core'), door('core/service'), door('core/testing'), door('balance'));
console.log('Answered by both.');

async function call({ defineService }, { contractOf }, { SimulatedNetwork }, { balance, list, roundRobin }) {
  const network = new SimulatedNetwork({ seed: 1, latencyMs: 5 });
  const Namer = defineService('Namer', { name: {} });
  const addresses = ['10.0.0.1:1', '10.0.0.2:1'];
  for (const address of addresses) {
    const endpoint = network.bind({ host: address.split(':')[0], port: 1 });
    endpoint.serve(Namer, { name: () => address });
  }
  const caller = network.bind({ host: '10.0.0.9', port: 9 });
  const channel = balance(caller, { targets: list(addresses), policy: roundRobin() });
  const method = contractOf(Namer).methods.get('name');
  const answers = [];
  for (let count = 0; count < 4; count += 1) answers.push((await network.until(channel.call(method, []))).value);
  assert.deepEqual([...answers].sort(), [addresses[0], addresses[0], addresses[1], addresses[1]]);
  channel.close();
}
