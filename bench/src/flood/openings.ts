/**
 * Writes the first datagrams of many callers into a file, each behind its length in two bytes. A process of its own, for what
 * that leaves behind in memory must not hold up those who are measured. Arguments: the file, how many, and the server's address.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import type { ServerAddress } from './server';
import { Flooded } from './service';

/** Peers that one endpoint opens associations with before another goes on. */
const PEERS_AT_ONCE = 500;

async function main(): Promise<void> {
  const [file, count, server] = process.argv.slice(2) as [string, string, string];
  const datagrams = await catchOpenings(Number(count), JSON.parse(server) as ServerAddress);
  writeFileSync(file, Buffer.concat(datagrams.flatMap((each) => [lengthOf(each), each])));
}

/**
 * No two of them are alike: each opens an association and carries a call. They are caught where nobody answers, so that they
 * can be sent from elsewhere.
 */
async function catchOpenings(count: number, server: ServerAddress): Promise<Uint8Array[]> {
  const openings: Uint8Array[] = [];
  while (openings.length < count) {
    openings.push(...(await catchSome(Math.min(PEERS_AT_ONCE, count - openings.length), server)));
  }
  return openings;
}

async function catchSome(count: number, { callers, peer }: ServerAddress): Promise<Uint8Array[]> {
  const net = createSocket('udp4');
  net.bind(0);
  await once(net, 'listening');
  net.setRecvBufferSize(4 * 1024 * 1024);
  const caught = take(net, count);
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', ...callers });
  const { port } = net.address();
  for (let n = 0; n < count; n += 1) {
    // All of 127.0.0.0/8 is this machine, and the net hears it.
    const host = `127.32.${n >> 8}.${n & 0xff}`;
    void createClient(Flooded, endpoint.peer({ host, port }, peer)).next(n);
  }
  const openings = await caught;
  net.close();
  await endpoint.close({ graceMs: 0 });
  return openings;
}

/** The first datagram of each: what is sent again comes only when all have come. */
function take(net: Socket, count: number): Promise<Uint8Array[]> {
  return new Promise((resolve) => {
    const openings: Uint8Array[] = [];
    net.on('message', (datagram) => {
      openings.push(Uint8Array.from(datagram));
      if (openings.length === count) resolve(openings);
    });
  });
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff);
}

void main();
