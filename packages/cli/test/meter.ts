import { RpcError, RpcMethod, RpcService } from '@rpcudp/core';

@RpcService({ name: 'Meter', version: '1.0', doc: 'Counts what was paid.' })
export class Meter {
  #cents = 0;
  readonly readings: number[] = [];

  @RpcMethod({ timeoutMs: 2000, doc: 'Pays so many cents, and gives the new balance.' })
  pay(cents: number): number {
    if (cents <= 0) throw new RpcError('OUT_OF_RANGE', 'Pay at least one cent.', { details: { least: 1 } });
    return (this.#cents += cents);
  }

  @RpcMethod({ delivery: 'idempotent' })
  balance(): number {
    return this.#cents;
  }

  @RpcMethod({ delivery: 'best-effort', oneWay: true })
  temperature(celsius: number): void {
    this.readings.push(celsius);
  }
}
