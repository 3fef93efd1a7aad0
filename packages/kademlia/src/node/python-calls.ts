import type { Address } from '@rpcudp/core';
import { isNodeId, type NodeId } from '../ids/node-id.js';
import type { StoreOutcome } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';
import { readContacts } from '../wire/contacts.js';
import type { Put, Want } from '../wire/native-messages.js';
import { fieldOf } from '../wire/plain.js';
import { isScalar } from '../wire/scalars.js';
import type { FindAnswer, MethodCalls, WireCalls } from './wire-calls.js';

/** The calls of the Python library. They know scalars alone, no tokens, and only `ping` tells who answers. */
export class PythonCalls implements WireCalls {
  readonly wire = 'rpcudp';
  readonly #calls: MethodCalls;
  readonly #own: NodeId;

  constructor(calls: MethodCalls, own: NodeId) {
    this.#calls = calls;
    this.#own = own;
  }

  async ping(to: Address, timeoutMs: number): Promise<NodeId | undefined> {
    const answer = await this.#calls.call(to, 'ping', [this.#own], timeoutMs);
    return readPingAnswer(answer?.[0]);
  }

  async find(to: Contact, key: NodeId, want: Want, timeoutMs: number): Promise<FindAnswer | undefined> {
    const method = want === 'scalar' ? 'findValue' : 'findNode';
    const answer = await this.#calls.call(to, method, [this.#own, key], timeoutMs);
    return answer && readFindAnswer(answer[0], key, to.host);
  }

  async put(
    to: Contact,
    put: Put,
    _token: Uint8Array | undefined,
    timeoutMs: number,
  ): Promise<StoreOutcome | undefined> {
    if ('provide' in put || put.record.kind !== 'scalar') return undefined;
    const { key, value } = put.record;
    const answer = await this.#calls.call(to, 'store', [this.#own, key, value], timeoutMs);
    // It says true, always.
    return answer?.[0] === true ? 'stored' : undefined;
  }
}

/** The id in an answer to `ping`; undefined if it is none of 20 bytes. Never throws. */
export function readPingAnswer(answer: unknown): NodeId | undefined {
  return isNodeId(answer) ? Uint8Array.from(answer) : undefined;
}

/**
 * An answer to `find_node` or `find_value`: an array of contacts, or a map with a value, and whatever else is in it. Anything else
 * names nobody, as null does in Python. Never throws.
 *
 * @param answerer The host that answers.
 */
export function readFindAnswer(answer: unknown, key: NodeId, answerer: string): FindAnswer {
  const value = fieldOf(answer, 'value');
  return {
    id: undefined,
    closer: readContacts(answer, answerer),
    token: undefined,
    found: isScalar(value) ? { record: { kind: 'scalar', key, value } } : undefined,
    providers: [],
  };
}
