import { connect } from '@nats-io/transport-node';
import { serveNats } from '@rpcudp/nats';
import { Orders } from './orders';

async function main(servers: string): Promise<void> {
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  const service = serveNats(connection, new Orders(), { version: '1.0.0' });
  // From here on the NATS server knows of it.
  await connection.flush();
  console.log(`Orders are taken at ${servers}.`);
  process.once('SIGINT', () => void stop());

  async function stop(): Promise<void> {
    const { complete } = await service.drain();
    await service.close();
    await connection.close();
    console.log(complete ? 'All that was begun is finished.' : 'Not all was finished in time.');
  }
}

void main(process.argv[2] ?? 'nats://127.0.0.1:4222');
