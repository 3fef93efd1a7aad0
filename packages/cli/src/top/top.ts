import { setTimeout as delay } from 'node:timers/promises';
import type { InspectionUpdate } from '@rpcudp/core/inspection';
import { connect, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { watchEndpoint } from '../inspection/inspected.js';
import { paletteFor, type Palette } from '../output/palette.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import type { SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';
import { figuresOf, type TopFigures } from '../inspection/figures.js';
import { plainLine, screenLines } from './screen.js';
import { orderOf, type SortOrder } from './sort-order.js';
import { FullScreen, type ScreenPorts } from './terminal.js';

export interface TopOptions extends SharedOptions, SecurityChoice {
  readonly interval: number;
  readonly timeout: number;
  readonly count?: number;
  readonly sort: SortOrder;
}

/** How long after an endpoint was lost it is tried again: as often as one can bear to see. */
const RETRY_MS = 1000;

const TERMINAL: ScreenPorts = { input: process.stdin, output: process.stdout };

/** Shows what an endpoint does, on a terminal until `q` is pressed, elsewhere a line for each interval. */
export async function top(address: string, options: TopOptions, ports: ScreenPorts = TERMINAL): Promise<void> {
  await using connection = await connect({ address, wire: 'native', security: options });
  const isScreen = ports.output.isTTY && options.json !== true && options.count === undefined;
  await (isScreen ? new TopScreen(connection, options, ports).show() : printLines(connection, options));
}

async function printLines(
  connection: Connection,
  { interval, timeout, count = Infinity, json }: TopOptions,
): Promise<void> {
  const updates = watchEndpoint(connection, { intervalMs: interval, timeoutMs: timeout });
  const stop = (): void => updates.cancel();
  process.once('SIGINT', stop);
  let before: InspectionUpdate | undefined;
  let printed = 0;
  try {
    for await (const update of updates) {
      if (before !== undefined) {
        const figures = figuresOf(update, before);
        print(json === true ? jsonOf({ at: update.at, ...figures }) : plainLine(update.at, figures));
        printed += 1;
      }
      before = update;
      if (printed >= count) break;
    }
  } finally {
    process.off('SIGINT', stop);
  }
  // A stream that was ended before it showed anything has shown nothing.
  process.exitCode = printed > 0 ? ExitCode.answered : ExitCode.silence;
}

/** The screen of an endpoint, which may go away and come back. */
class TopScreen {
  readonly #connection: Connection;
  readonly #options: TopOptions;
  readonly #left = new AbortController();
  readonly #ports: ScreenPorts;
  readonly #colors: Palette;
  #screen: FullScreen | undefined;
  #order: SortOrder;
  #figures: TopFigures | undefined;
  #trouble: string | undefined;

  constructor(connection: Connection, options: TopOptions, ports: ScreenPorts) {
    this.#connection = connection;
    this.#options = options;
    this.#order = options.sort;
    this.#ports = ports;
    this.#colors = paletteFor(ports.output);
  }

  /** @throws CommandFailure if it does not even begin */
  async show(): Promise<void> {
    const { signal } = this.#left;
    try {
      while (!signal.aborted) {
        await this.#watch().catch((error: unknown) => this.#failed(error));
        // An endpoint that closes ends its streams; one that has come back is watched again.
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      this.#screen?.[Symbol.dispose]();
    }
  }

  async #watch(): Promise<void> {
    const { interval, timeout } = this.#options;
    const updates = watchEndpoint(this.#connection, { intervalMs: interval, timeoutMs: timeout });
    const stop = (): void => updates.cancel();
    this.#left.signal.addEventListener('abort', stop, { once: true });
    let before: InspectionUpdate | undefined;
    try {
      for await (const update of updates) {
        this.#trouble = undefined;
        // The first tells what was since the endpoint was bound.
        this.#figures = figuresOf(update, before ?? nothingBefore(update));
        before = update;
        this.#draw();
      }
    } finally {
      this.#left.signal.removeEventListener('abort', stop);
    }
  }

  /** What is wrong from the beginning will stay so. */
  #failed(error: unknown): void {
    if (this.#figures === undefined || !(error instanceof CommandFailure)) throw error;
    this.#trouble = `Trying again, q quits: ${error.message}`;
    this.#draw();
  }

  #draw(): void {
    if (this.#figures === undefined) return;
    this.#screen ??= new FullScreen(
      this.#ports,
      (key) => this.#pressed(key),
      () => this.#draw(),
    );
    const { address } = this.#connection.target;
    const look = { address, order: this.#order, ...this.#screen.size, colors: this.#colors, trouble: this.#trouble };
    this.#screen.draw(screenLines(this.#figures, look));
  }

  #pressed(key: string): void {
    if (key === 'q') return this.#left.abort();
    const order = orderOf(key);
    if (order === undefined) return;
    this.#order = order;
    this.#draw();
  }
}

/** An endpoint of which nothing was seen yet: rates are those since it was bound. */
function nothingBefore({ stats, ...update }: InspectionUpdate): InspectionUpdate {
  const none = <T extends object>(counts: T): T =>
    Object.fromEntries(Object.keys(counts).map((name) => [name, 0])) as T;
  return {
    ...update,
    boundMs: 0,
    stats: { ...stats, datagrams: none(stats.datagrams), dropped: none(stats.dropped) },
    peers: [],
    methods: [],
  };
}
