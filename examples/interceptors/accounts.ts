import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { RpcMethod, RpcService, rpcContext } from '@rpcudp/core';
import { RpcUse } from '@rpcudp/core/interceptors';
import { TENANT } from './tenants';
import { onlyAdmins, USER } from './users';

interface Payment {
  readonly tenant: string;
  readonly user: string;
  readonly cents: number;
}

/** An account for each tenant, kept in a file. */
@RpcService('Accounts')
export class Accounts {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  @RpcMethod({ delivery: 'idempotent' })
  balance(): number {
    const tenant = rpcContext().values.get(TENANT);
    return this.#payments()
      .filter((payment) => payment.tenant === tenant)
      .reduce((sum, { cents }) => sum + cents, 0);
  }

  /** Must run once, so it is at-most-once, and has a key: see `server.ts`. */
  @RpcMethod()
  pay(cents: number): number {
    const { values } = rpcContext();
    this.#append({ tenant: values.get(TENANT), user: values.get(USER).name, cents });
    return this.balance();
  }

  @RpcUse(onlyAdmins)
  @RpcMethod()
  close(): number {
    const balance = this.balance();
    const { values } = rpcContext();
    this.#append({ tenant: values.get(TENANT), user: values.get(USER).name, cents: -balance });
    return balance;
  }

  #append(payment: Payment): void {
    appendFileSync(this.#file, `${JSON.stringify(payment)}\n`);
  }

  #payments(): Payment[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Payment);
  }
}
