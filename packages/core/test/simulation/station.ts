import { createClient, type Client } from '@rpcudp/client';
import { defineService, rpcContext, type RpcChannel } from '../../src/index';
import type { SimulatedClock } from '../../src/testing';

/** A method for each way in which what a network does to a call can matter. */
export interface Station {
  add(a: number, b: number): number;
  addAgain(a: number, b: number): number;
  guess(a: number, b: number): number;
  note(id: number): void;
  /** Answers with so many bytes. */
  fetch(bytes: number): Uint8Array;
  /** Takes bytes, and tells their sum. */
  store(bytes: Uint8Array): number;
  storeAgain(bytes: Uint8Array): number;
  /** Takes so many milliseconds. */
  work(id: number, ms: number): Promise<number>;
  /** Never ends in the first process that serves; answers at once in all others. */
  outlive(id: number): Promise<number>;
  outliveAgain(id: number): Promise<number>;
  /** Keeps the way back to its caller. */
  greet(): void;
}

export const StationContract = defineService<Station>('Station', {
  add: {},
  addAgain: { delivery: 'idempotent' },
  guess: { delivery: 'best-effort' },
  note: { oneWay: true },
  fetch: {},
  store: {},
  storeAgain: { delivery: 'idempotent' },
  work: {},
  outlive: {},
  outliveAgain: { delivery: 'idempotent' },
  greet: {},
});

/** What one side has run, over all its processes. */
export class StationLog {
  readonly runs = new Map<number, number>();
  /** Processes that have served. */
  processes = 0;
  /** The way back to who greeted last. */
  kept: RpcChannel | undefined;

  /** The greatest number of times that one call has run. */
  get mostRuns(): number {
    return Math.max(0, ...this.runs.values());
  }

  ran(id: number): void {
    this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
  }

  /** A client of who greeted last. */
  callingBack(): Client<Station> {
    if (this.kept === undefined) throw new Error('Nobody has greeted.');
    return createClient(StationContract, this.kept);
  }
}

/** A process that serves a {@link Station}. */
export function station(log: StationLog, clock: SimulatedClock): Station {
  log.processes += 1;
  const isFirst = log.processes === 1;
  const add = (a: number, b: number): number => {
    log.ran(a);
    return a + b;
  };
  const outlive = (id: number): Promise<number> => {
    log.ran(id);
    return isFirst ? new Promise<number>(() => undefined) : Promise.resolve(id);
  };
  return {
    add,
    addAgain: add,
    guess: add,
    note: (id) => log.ran(id),
    fetch: patternOf,
    store: sumOf,
    storeAgain: sumOf,
    work: (id, ms) => {
      log.ran(id);
      return new Promise((resolve) => clock.setTimer(ms, () => resolve(id)));
    },
    outlive,
    outliveAgain: outlive,
    greet: () => {
      log.kept = rpcContext().peer;
    },
  };
}

/** So many bytes, of which no two datagrams are alike. */
export function patternOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = index * 7 + (index >> 8);
  return bytes;
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}
