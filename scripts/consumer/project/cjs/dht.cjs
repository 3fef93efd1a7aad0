// Two nodes of a DHT on loopback, as CommonJS.
const assert = require('node:assert').strict;
const { Buffer } = require('node:buffer');
const { KademliaNode, digestOf, signed, signingKeys } = require('@rpcudp/kademlia');
const { compareDistance } = require('@rpcudp/kademlia/parts');
const { UdpEndpoint } = require('@rpcudp/udp');

async function main() {
  assert.equal(compareDistance(digestOf('a'), digestOf('a'), digestOf('b')) < 0, true);
  const endpoints = await Promise.all([0, 1].map(() => UdpEndpoint.bind({ host: '127.0.0.1' })));
  try {
    const first = await KademliaNode.join(endpoints[0]);
    const second = await KademliaNode.join(endpoints[1], { bootstrap: [endpoints[0].address] });
    assert.equal((await second.set('my-key', 'my value')).stored, true);
    const keys = signingKeys();
    await second.put(signed(keys, Buffer.from('mine'), { seq: 1, expiresAt: Date.now() + 60_000 }));
    assert.equal((await first.getSigned(keys.publicKey)).value.seq, 1);
    const found = await first.get('my-key');
    assert.equal(found.value, 'my value');
    await Promise.all([first, second].map((node) => node.leave()));
    console.log('Found by both.');
  } finally {
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  }
}

void main();
