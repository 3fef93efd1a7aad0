/** Calls over a NATS server that is killed and started again in the middle, and what each of them says of itself. */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createClient, withOptions } from '@rpcudp/client';
import { defineService, type RpcError } from '@rpcudp/core';
import { natsChannel, serveNats } from '../../src';
import { NatsServer } from '../nats-server';
import { silent } from '../silent';

interface Ledger {
  once(key: number): Promise<number>;
  again(key: number): Promise<number>;
}
const Ledger = defineService<Ledger>('Ledger', { once: {}, again: { delivery: 'idempotent' } });

/** How calls ended, and what is not true of what they said. */
export interface OutageReport {
  readonly calls: number;
  readonly answered: number;
  readonly silent: number;
  /** Failed ones, by what their error said of whether they ran. */
  readonly no: number;
  readonly yes: number;
  readonly unknown: number;
  /** Of the unknown: those that had run. */
  readonly unknownThatRan: number;
  /** Idempotent calls that ran more than once, as they may. */
  readonly ranAgain: number;
  readonly untrue: readonly string[];
}

export interface OutagePlan {
  readonly calls: number;
  /** How many are out at once. */
  readonly width: number;
}

export async function runOutage({ calls, width }: OutagePlan): Promise<OutageReport> {
  await using server = await NatsServer.start();
  const open = (): Promise<NatsConnection> =>
    connect({ servers: server.url, reconnectTimeWait: 10, reconnectJitter: 0, maxReconnectAttempts: -1 });
  const [near, ...far] = await Promise.all([open(), open(), open()]);
  const runs = new Map<number, number>();
  const run = async (key: number): Promise<number> => {
    runs.set(key, (runs.get(key) ?? 0) + 1);
    if (key % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    return key;
  };
  const services = far.map((connection) =>
    serveNats(connection, Ledger, { once: run, again: run }, { logger: silent }),
  );
  await Promise.all(far.map((connection) => connection.flush()));
  const channel = natsChannel(near, { logger: silent, timeoutMs: 20_000 });
  const ends = await new Caller(createClient(Ledger, channel), { calls, width }, server).all(back(near));
  // What is still on its way runs before it is looked at.
  await Promise.all([near, ...far].map((connection) => connection.flush()));
  await Promise.all(services.map((service) => service.close()));
  await Promise.all([near, ...far].map((connection) => connection.close()));
  return reportOf(ends, runs);
}

/** How a call ended. */
interface End {
  readonly key: number;
  readonly idempotent: boolean;
  readonly said: 'answered' | 'silent' | 'no' | 'yes' | 'unknown';
}

class Caller {
  readonly #client: ReturnType<typeof createClient<Ledger>>;
  readonly #plan: OutagePlan;
  readonly #server: NatsServer;
  readonly #ends: End[] = [];
  #next = 0;

  constructor(client: ReturnType<typeof createClient<Ledger>>, plan: OutagePlan, server: NatsServer) {
    this.#client = client;
    this.#plan = plan;
    this.#server = server;
  }

  /** @param again Resolves when the connection is there again. */
  async all(again: Promise<void>): Promise<readonly End[]> {
    const { calls, width } = this.#plan;
    const worker = async (): Promise<void> => {
      while (this.#next < calls) {
        const key = this.#next++;
        if (key === Math.floor(calls / 3)) void this.#server.kill().then(() => this.#server.startAgain());
        const end = await this.#call(key);
        this.#ends.push(end);
        // Without a connection a call takes no time: not all of them are to be made then.
        if (end.said === 'no' && this.#refused > calls / 10) await again;
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return this.#ends;
  }

  get #refused(): number {
    return this.#ends.reduce((count, { said }) => count + Number(said === 'no'), 0);
  }

  async #call(key: number): Promise<End> {
    const idempotent = key % 5 === 0;
    const client = withOptions(this.#client, { waitForReady: key % 4 === 0 });
    try {
      const reply = await (idempotent ? client.again(key) : client.once(key));
      return { key, idempotent, said: reply.received ? 'answered' : 'silent' };
    } catch (error) {
      return { key, idempotent, said: (error as RpcError).executed };
    }
  }
}

async function back(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'reconnect') return;
}

function reportOf(ends: readonly End[], runs: ReadonlyMap<number, number>): OutageReport {
  const untrue: string[] = [];
  for (const { key, idempotent, said } of ends) {
    const ran = runs.get(key) ?? 0;
    if (ran > 1 && !idempotent) untrue.push(`call ${key} ran ${ran} times`);
    if (said === 'no' && ran > 0) untrue.push(`call ${key} says that it did not run, and ran`);
    if ((said === 'answered' || said === 'yes') && ran === 0) untrue.push(`call ${key} says that it ran, and did not`);
  }
  const count = (word: End['said']): number => ends.filter(({ said }) => said === word).length;
  return {
    calls: ends.length,
    answered: count('answered'),
    silent: count('silent'),
    no: count('no'),
    yes: count('yes'),
    unknown: count('unknown'),
    unknownThatRan: ends.filter(({ key, said }) => said === 'unknown' && runs.has(key)).length,
    ranAgain: ends.filter(({ key }) => (runs.get(key) ?? 0) > 1).length,
    untrue,
  };
}
