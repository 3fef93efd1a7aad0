import type { Address } from '@rpcudp/core';
import type { NodeId } from '../ids/node-id.js';
import type { StoreOutcome } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';
import { readPutReply, readQueryAnswer, type Put, type Query, type Want } from '../wire/native-messages.js';
import { readPingAnswer } from './python-calls.js';
import type { FindAnswer, MethodCalls, WireCalls } from './wire-calls.js';

/** The calls of nodes of ours to each other. Every answer tells who gives it. */
export class NativeCalls implements WireCalls {
  readonly wire = 'native';
  readonly #calls: MethodCalls;
  readonly #own: NodeId;
  readonly #client: boolean;

  /** @param client Whether to keep the own id back, so that nobody asks in return. */
  constructor(calls: MethodCalls, own: NodeId, client: boolean) {
    this.#calls = calls;
    this.#own = own;
    this.#client = client;
  }

  async ping(to: Address, timeoutMs: number): Promise<NodeId | undefined> {
    const answer = await this.#calls.call(to, 'ping', [this.#own], timeoutMs);
    return readPingAnswer(answer?.[0]);
  }

  async find(to: Contact, key: NodeId, want: Want, timeoutMs: number): Promise<FindAnswer | undefined> {
    const query: Query = this.#client ? { key, want } : { key, want, id: this.#own };
    const answer = await this.#calls.call(to, 'answer', [query], timeoutMs);
    return answer && readQueryAnswer(answer[0], to.host);
  }

  async put(
    to: Contact,
    put: Put,
    token: Uint8Array | undefined,
    timeoutMs: number,
  ): Promise<StoreOutcome | undefined> {
    if (token === undefined) return undefined;
    const answer = await this.#calls.call(to, 'accept', [withoutUndefined(put), token], timeoutMs);
    return answer && readPutReply(answer[0]);
  }
}

/** The native wire carries what is undefined as well. */
function withoutUndefined(put: Put): object {
  return Object.fromEntries(Object.entries(put).filter(([, value]) => value !== undefined));
}
