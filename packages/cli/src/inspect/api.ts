import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../connection.js';
import { CommandFailure } from '../failure.js';
import { watchEndpoint, watchPackets, type WatchOptions, type Watched } from '../inspection/inspected.js';
import { Reflected } from '../reflection/reflected.js';
import { failureOf, makeCall, makeStream } from './calls.js';
import { checkCall, readJson } from './requests.js';
import { toJson } from './shared/json-values.js';
import type { Overview, ShownFailure, WatchLine } from './shared/messages.js';

/** What the page asks for at what interval, in milliseconds: as often as charts move. */
const WATCH_INTERVAL_MS = 500;

/** What the page may ask, all of it by POST. */
export class Api {
  readonly #connection: Connection;
  readonly #timeoutMs: number;

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** Answers a request; gives whether there is something of that path. @throws BadRequest */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const body = await readJson(request);
    // Whoever closes the page ends what it has asked for.
    const left = new AbortController();
    response.once('close', () => left.abort());
    switch (path) {
      case '/api/overview':
        return json(response, await this.#overview());
      case '/api/call':
        return json(response, await makeCall(this.#connection, checkCall(body), left.signal));
      case '/api/stream':
        return lines(response, makeStream(this.#connection, checkCall(body), left.signal));
      case '/api/watch':
        return lines(response, this.#updates(watchEndpoint(this.#connection, this.#watching), left.signal));
      case '/api/packets':
        return lines(response, this.#updates(watchPackets(this.#connection, this.#watching), left.signal));
      default:
        return false;
    }
  }

  async #overview(): Promise<Overview | { readonly failure: ShownFailure }> {
    const { target } = this.#connection;
    try {
      const services = await new Reflected(this.#connection, this.#timeoutMs).services();
      return { address: target.address, encrypted: target.secured, services };
    } catch (error) {
      return { failure: this.#failure(error) };
    }
  }

  get #watching(): WatchOptions {
    return { intervalMs: WATCH_INTERVAL_MS, timeoutMs: this.#timeoutMs };
  }

  async *#updates(updates: Watched<unknown>, signal: AbortSignal): AsyncGenerator<WatchLine> {
    signal.addEventListener('abort', () => updates.cancel(), { once: true });
    try {
      for await (const update of updates) yield { update: toJson(update) };
    } catch (error) {
      yield { failure: this.#failure(error) };
    }
  }

  #failure(error: unknown): ShownFailure {
    if (!(error instanceof CommandFailure)) return failureOf(this.#connection, error);
    const { code = 'UNAVAILABLE', executed } = error.fields as { readonly code?: string; readonly executed?: string };
    return {
      code: code,
      message: error.message,
      ...(executed !== undefined && { executed: executed }),
    };
  }
}

function json(response: ServerResponse, value: unknown): true {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  return true;
}

/** A line of JSON for each value, as fast as the page reads them. */
async function lines(response: ServerResponse, values: AsyncIterable<unknown>): Promise<true> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  for await (const value of values) {
    if (response.destroyed) break;
    if (!response.write(`${JSON.stringify(value)}\n`)) await drained(response);
  }
  response.end();
  return true;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}
