import { bindOnCore } from '@rpcudp/udp/cores';
import { Primes } from './prime-service';

async function main(): Promise<void> {
  const endpoint = await bindOnCore();
  endpoint.serve(new Primes());
}

void main();
