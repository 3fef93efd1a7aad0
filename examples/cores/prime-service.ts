import { threadId } from 'node:worker_threads';
import { RpcMethod, RpcService } from '@rpcudp/core';

@RpcService('Primes')
export class Primes {
  /** How many primes there are below a limit: work for a processor. */
  @RpcMethod()
  count(limit: number): number {
    let primes = 0;
    for (let number = 2; number < limit; number += 1) if (isPrime(number)) primes += 1;
    return primes;
  }

  @RpcMethod()
  worker(): number {
    return threadId;
  }

  @RpcMethod()
  crash(): void {
    process.exit(1);
  }
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
}
