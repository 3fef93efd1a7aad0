// Two nodes of a DHT on loopback, as ESM: values on both wires, records that prove themselves, and a lookup by its parts.
import { strict as assert } from 'node:assert';
import { Buffer } from 'node:buffer';
import { KademliaNode, immutable, recordKey, signed, signingKeys } from '@rpcudp/kademlia';
import { RoutingTable, contactOf } from '@rpcudp/kademlia/parts';
import { UdpEndpoint } from '@rpcudp/udp';

const table = new RoutingTable({ own: new Uint8Array(20), k: 20 });
table.answered(contactOf(new Uint8Array(20).fill(1), '10.0.0.1', 8468), 0);
assert.equal(table.size, 1);

const bind = () => UdpEndpoint.bind({ host: '127.0.0.1', wires: ['native', 'rpcudp'] });
const endpoints = [await bind(), await bind()];
try {
  const first = await KademliaNode.join(endpoints[0]);
  const second = await KademliaNode.join(endpoints[1], { bootstrap: [`127.0.0.1:${endpoints[0].address.port}`] });
  for (const wire of ['native', 'rpcudp']) {
    assert.equal((await second.set('my-key', wire, { wire })).stored, true);
    const found = await first.get('my-key', { wire });
    assert.equal(found.value, wire);
  }
  const record = immutable(Buffer.from('never changes'));
  await second.put(record);
  assert.equal(Buffer.from((await first.getImmutable(recordKey(record))).value).toString(), 'never changes');
  const keys = signingKeys();
  await second.put(signed(keys, Buffer.from('mine'), { seq: 1, expiresAt: Date.now() + 60_000 }));
  assert.equal((await first.getSigned(keys.publicKey)).value.seq, 1);
  await Promise.all([first, second].map((node) => node.leave()));
  console.log('Found by both.');
} finally {
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
}
