import { join } from 'node:path';
import { idempotencyKey, logging, type ServerInterceptor } from '@rpcudp/core/interceptors';
import { UdpEndpoint } from '@rpcudp/udp';
import { Accounts } from './accounts';
import { FileIdempotencyStore } from './file-store';
import { rateLimit } from './rate-limit';
import { forTenant } from './tenants';
import { authenticate, USER } from './users';

/** Ends the process when a handler has run and its answer has not left: to see what becomes of the call. */
const crash: ServerInterceptor = async (call, next) => {
  await next(call);
  return process.exit(1);
};

async function main(): Promise<void> {
  const [port = '1234', folder = '.', mode] = process.argv.slice(2);
  const store = await FileIdempotencyStore.open(join(folder, 'keys.jsonl'));
  const endpoint = await UdpEndpoint.bind({
    port: Number(port),
    // For all services: who calls, for whom, and how often.
    interceptors: {
      server: [authenticate, forTenant, rateLimit({ burst: 5, perSecond: 20 }), logging({ logger: console })],
    },
  });
  endpoint.serve(new Accounts(join(folder, 'payments.jsonl')), {
    interceptors: [
      ...(mode === 'crash' ? [crash] : []),
      // A key of one user says nothing to another.
      idempotencyKey({ store, scope: (call) => call.values.get(USER).name }),
    ],
  });
  console.log(`Accounts listens on port ${endpoint.address.port}.`);
}

void main();
