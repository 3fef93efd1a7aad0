import type { Connection as Exchanges, Served, Subject as Exchanger } from '../network/subjects/subject';
import type { Connection, Subject } from '../subject';

const HOST = '127.0.0.1';
/** Of the argument and of the answer: as small as most are. */
export const EXCHANGED_BYTES = 32;

/** What carries bytes there and back, measured by small calls. */
export function exchanging(name: string, load: () => Promise<Exchanger>): Subject {
  return {
    name,
    serve: async () => (await load()).serve(HOST),
    connect: async (served: Served) => new ExchangingConnection(await (await load()).connect(HOST, served)),
  };
}

class ExchangingConnection implements Connection {
  readonly #exchanges: Exchanges;

  constructor(exchanges: Exchanges) {
    this.#exchanges = exchanges;
  }

  async run(inFlight: number, stop: () => boolean, record: (ms: number) => void): Promise<void> {
    const argument = Buffer.alloc(EXCHANGED_BYTES, 1);
    const callOn = async (): Promise<void> => {
      while (!stop()) {
        const started = performance.now();
        // Without a timer for each call: those that need none should not pay for one.
        if (await this.#exchanges.exchange(argument, EXCHANGED_BYTES, Infinity)) record(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, callOn));
  }

  async close(): Promise<void> {
    await this.#exchanges.close();
  }
}
