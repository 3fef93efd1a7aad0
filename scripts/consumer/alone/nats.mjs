// What @rpcudp/nats loads with what it depends on alone, as ESM and as CommonJS. Its tests call over a server; here is none.
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { connect } from '@nats-io/transport-node';
import * as nats from '@rpcudp/nats';

const require = createRequire(import.meta.url);
for (const absent of ['@rpcudp/udp', '@rpcudp/client', '@rpcudp/cli'])
  assert.throws(() => require.resolve(absent), undefined, `${absent} is installed.`);

for (const door of [nats, require('@rpcudp/nats')])
  for (const name of ['serveNats', 'natsChannel', 'natsDiscovery']) assert.equal(typeof door[name], 'function', name);
assert.equal(typeof connect, 'function');
console.log('Loaded by both.');
