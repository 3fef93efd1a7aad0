import { connect } from '@nats-io/transport-node';
import { createClient } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { natsChannel } from '@rpcudp/nats';
import { Orders } from './orders';

async function main(servers: string): Promise<void> {
  const connection = await connect({ servers });
  const orders = createClient(Orders, natsChannel(connection));
  try {
    for (const what of ['two chairs', 'a table']) {
      const reply = await orders.place(what);
      console.log(reply.received ? `Order ${reply.value}: ${what}` : `Nobody answered in time.`);
    }
    for await (const what of orders.list()) console.log(`Placed: ${what}`);
  } catch (error) {
    const { code, executed, message } = RpcError.from(error);
    console.log(`${code}, executed: ${executed}. ${message}`);
  }
  await connection.close();
}

void main(process.argv[2] ?? 'nats://127.0.0.1:4222');
