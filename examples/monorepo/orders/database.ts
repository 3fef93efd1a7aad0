import type { Item } from '@rpcudp-examples/monorepo-shared';

/** What must never reach an app: where the data is, and how to get at it. */
const CONNECTION = 'postgres://orders:hunter2@10.0.0.5/orders';

interface Row {
  readonly customer: string;
  readonly items: readonly Item[];
  readonly total: bigint;
  readonly placedAt: Date;
}

/** Stands in for a database driver. */
export class Database {
  readonly #rows = new Map<bigint, Row>();

  insert(row: Row): bigint {
    const id = 2n ** 53n + BigInt(this.#rows.size);
    this.#rows.set(id, row);
    return id;
  }

  select(customer: string): readonly (Row & { readonly id: bigint })[] {
    console.log(`Looking for ${customer} in ${new URL(CONNECTION).pathname.slice(1)}.`);
    return [...this.#rows].map(([id, row]) => ({ ...row, id })).filter((row) => row.customer === customer);
  }

  sum(): bigint {
    return [...this.#rows.values()].reduce((sum, { total }) => sum + total, 0n);
  }
}
