import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, defineService, rpcContext } from '../../../src/index';
import { fnv1a } from '../../../src/engine/native/fnv';
import type { SimulatedEndpoint } from '../../../src/testing';

/** A service with a method for each way in which something secret can travel. */
export interface Archive {
  deposit(id: number, text: string): string;
  consult(id: number, text: string): string;
  glimpse(id: number, text: string): string;
  notify(id: number, text: string): void;
  whisper(id: number, text: string): void;
  decline(id: number, text: string): never;
  explode(id: number, text: string): never;
  readTenant(id: number): string;
  askBack(id: number, text: string): Promise<string>;
}

/** What the archive asks of its callers. */
export interface Clerk {
  confirm(text: string): string;
}

export const ArchiveContract = defineService<Archive>('HiddenArchive', {
  deposit: {},
  consult: { delivery: 'idempotent' },
  glimpse: { delivery: 'best-effort' },
  notify: { oneWay: true },
  whisper: { delivery: 'best-effort', oneWay: true },
  decline: {},
  explode: { delivery: 'idempotent' },
  readTenant: {},
  askBack: {},
});

export const ClerkContract = defineService<Clerk>('HiddenClerk', { confirm: {} });

export type Method = keyof Archive;

export const METHODS: readonly Method[] = [
  'consult',
  'deposit',
  'glimpse',
  'notify',
  'whisper',
  'decline',
  'explode',
  'readTenant',
  'askBack',
];

/** Words that arguments, results, metadata and errors are made of. */
export const WORDS = {
  argument: 'word-of-an-argument',
  result: 'word-of-a-result',
  metadataKey: 'key-of-metadata',
  metadataValue: 'value-of-metadata',
  message: 'message-of-an-error',
  detail: 'detail-of-an-error',
  callBack: 'argument-of-a-call-back',
  confirmation: 'result-of-a-call-back',
};

/** Everything that a datagram may not show: the words, the names, and the hashes that stand for them in calls. */
export function secrets(): ReadonlyMap<string, Buffer> {
  const found = new Map(Object.values(WORDS).map((word) => [word, Buffer.from(word)]));
  const methods = [...METHODS.map((method) => `HiddenArchive.${method}`), 'HiddenClerk.confirm'];
  for (const method of methods) {
    for (const name of method.split('.')) found.set(name, Buffer.from(name));
    const hash = Buffer.alloc(4);
    hash.writeUInt32BE(fnv1a(Buffer.from(method)));
    found.set(`hash of ${method}`, hash);
  }
  return found;
}

/** Counts what ran, over all processes that serve it. */
export class CountedArchive implements Archive {
  readonly runs = new Map<number, number>();

  /** The greatest number of times that one call has run. */
  get mostRuns(): number {
    return Math.max(0, ...this.runs.values());
  }

  deposit(id: number, text: string): string {
    this.#ran(id);
    return `${WORDS.result} ${text}`;
  }

  consult(id: number, text: string): string {
    return this.deposit(id, text);
  }

  glimpse(id: number, text: string): string {
    return this.deposit(id, text);
  }

  notify(id: number): void {
    this.#ran(id);
  }

  whisper(id: number): void {
    this.#ran(id);
  }

  decline(id: number, text: string): never {
    this.#ran(id);
    throw new RpcError('PERMISSION_DENIED', `${WORDS.message} ${text}`, { details: { why: WORDS.detail } });
  }

  explode(id: number): never {
    this.#ran(id);
    throw new Error(WORDS.message);
  }

  readTenant(id: number): string {
    this.#ran(id);
    return rpcContext().metadata[WORDS.metadataKey]!;
  }

  async askBack(id: number, text: string): Promise<string> {
    this.#ran(id);
    return createClient(ClerkContract, rpcContext().peer).confirm(`${WORDS.callBack} ${text}`).orThrow();
  }

  #ran(id: number): void {
    this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
  }
}

/** Answers what the archive asks. */
export function serveClerk(endpoint: SimulatedEndpoint): void {
  endpoint.serve(ClerkContract, { confirm: (text) => `${WORDS.confirmation} ${text}` });
}

/** Makes a call, and gives its value, `'silence'`, or the code of its error. */
export async function outcomeOf(client: Client<Archive>, method: Method, id: number, text: string): Promise<string> {
  const metadata = { [WORDS.metadataKey]: WORDS.metadataValue };
  try {
    const reply = await withOptions(client, { metadata })[method](id, `${WORDS.argument} ${text}`);
    if (!reply.received && method !== 'whisper') return 'silence';
    return (reply.received ? reply.value : undefined) ?? 'done';
  } catch (error) {
    return RpcError.from(error).code;
  }
}

/** What becomes of such a call on a network that loses nothing. */
export function expectedOf(method: Method, text: string): string {
  const argument = `${WORDS.argument} ${text}`;
  switch (method) {
    case 'deposit':
    case 'consult':
    case 'glimpse':
      return `${WORDS.result} ${argument}`;
    case 'notify':
    case 'whisper':
      return 'done';
    case 'decline':
      return 'PERMISSION_DENIED';
    case 'explode':
      return 'INTERNAL';
    case 'readTenant':
      return WORDS.metadataValue;
    case 'askBack':
      return `${WORDS.confirmation} ${WORDS.callBack} ${argument}`;
  }
}
