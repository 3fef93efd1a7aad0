import { createClient } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { type ClientInterceptor, idempotencyKey, retry } from '@rpcudp/core/interceptors';
import { UdpEndpoint } from '@rpcudp/udp';
import { Accounts } from './accounts';

/** Says who calls. */
const withToken =
  (authorization: string): ClientInterceptor =>
  (call, next) =>
    next({ ...call, metadata: { ...call.metadata, authorization } });

async function main(): Promise<void> {
  const [port = '1234', token = 'alice-token', command = 'balance', cents = '100', times = '1'] = process.argv.slice(2);
  await using endpoint = await UdpEndpoint.bind();
  const accounts = createClient(Accounts, endpoint.peer(`127.0.0.1:${port}`), {
    timeoutMs: 30_000,
    interceptors: [withToken(token), idempotencyKey(), retry({ attempts: 20 })],
  });
  try {
    for (let time = 0; time < Number(times); time += 1) {
      const call = command === 'pay' ? accounts.pay(Number(cents)) : accounts[command as 'balance' | 'close']();
      console.log(`${command}: ${await call.orThrow()}`);
    }
  } catch (error) {
    const { code, message, executed } = RpcError.from(error);
    console.log(`${code}, executed: ${executed}. ${message}`);
  }
}

void main();
