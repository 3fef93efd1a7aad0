import type { SeededRandom } from '@rpcudp/core/testing';
import { digestOf } from '../../src/ids/key';
import { idText } from '../../src/ids/node-id';
import {
  immutable,
  signed,
  signedKey,
  type KademliaRecord,
  type SignedOptions,
  type SignedRecord,
} from '../../src/records/record';
import { signingKeys, type SigningKeys } from '../../src/records/signing-keys';
import { near } from '../liars';

/** Keys that everybody looks for and lies about, so that lies meet those who believe them. */
export const WORDS = ['a', 'b', 'c', 'd'];

/** Those who sign records, honest ones and liars alike. */
export const OWNERS = [0, 1, 2].map((index) => signingKeys(new Uint8Array(32).fill(index + 1)));

/** Values, some of which are right in one place, and none in all. */
const LEAVES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => NaN,
  () => -1,
  () => 0.5,
  () => 65_536,
  () => 2 ** 53,
  () => 2n ** 63n,
  () => '',
  () => '::',
  () => '127.0.0.1',
  () => 'localhost',
  () => 'fe80::1%eth0',
  () => '__proto__',
  () => 'x'.repeat(300),
  () => new Uint8Array(0),
  () => new Uint8Array(19),
  () => new Uint8Array(20),
  () => new Uint8Array(64),
  () => [],
  () => ({}),
  () => new Map([['id', 1]]),
  () => JSON.parse('{"__proto__": {"id": 1}, "constructor": 1}') as unknown,
  () => Array.from({ length: 30 }).reduce((inner) => [inner], 1),
  () => new Array<unknown>(500).fill(new Uint8Array(20)),
];

/** Whose records lie under which key: a lie about the right one is the one that may be believed. */
const SIGNED = new Map(
  OWNERS.flatMap((keys) => WORDS.map((salt) => [idText(signedKey(keys.publicKey, salt)), { keys, salt }] as const)),
);

const WANTS = ['nodes', 'scalar', 'immutable', 'signed', 'providers', 'everything'];
const OUTCOMES = [
  'stored',
  'renewed',
  'unchanged',
  'older',
  'conflict',
  'expired',
  'forged',
  'full',
  'unwanted',
  'lost',
];

/** Makes up what hostile nodes say: mostly nearly right, for what is plainly wrong is refused at the door. */
export class Lies {
  readonly #random: SeededRandom;
  readonly #hosts: readonly string[];
  readonly #wallClock: () => number;
  /** What owners have signed. A judge that asks the code under test would believe what that believes. */
  readonly #signed = new Set<string>();

  /** @param hosts Of those that are there, at port 8468. */
  constructor(random: SeededRandom, hosts: readonly string[], wallClock: () => number) {
    this.#random = random;
    this.#hosts = hosts;
    this.#wallClock = wallClock;
  }

  /** Of a method by its name on the wire, to what was asked. */
  answer(method: string, own: Uint8Array, asked: Uint8Array | undefined): unknown {
    return this.#maybeWrong(this.#nearlyRightAnswer(method, own, asked ?? this.id()));
  }

  args(method: string, own: Uint8Array): unknown[] {
    const args = this.#nearlyRightArgs(method, own);
    if (this.#random.chance(0.1)) args.push(this.#leaf());
    return args.map((each) => this.#maybeWrong(each));
  }

  /** Signs a record, as its owner. */
  sign(keys: SigningKeys, value: Uint8Array, options: SignedOptions): SignedRecord {
    const record = signed(keys, value, options);
    this.#signed.add(wordsOf(record));
    return record;
  }

  /** Whether an owner has signed a record. */
  isSigned(record: SignedRecord): boolean {
    return this.#signed.has(wordsOf(record));
  }

  id(): Uint8Array {
    const { chance, bytes } = { chance: this.#random.chance(0.5), bytes: this.#random.bytes(20) };
    return chance ? near(digestOf(this.pick(WORDS)), this.below(2000)) : bytes;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  #nearlyRightAnswer(method: string, own: Uint8Array, asked: Uint8Array): unknown {
    switch (method) {
      case 'ping':
        return own;
      case 'stun':
        return ['10.0.0.1', 8468];
      case 'store':
        return true;
      case 'find_node':
        return this.#triples();
      case 'find_value':
        return this.#random.chance(0.3) ? { value: this.pick([1, 'x', this.#leaf()]) } : this.#triples();
      case 'put':
        return { outcome: this.pick(OUTCOMES) };
      default:
        return this.#nearlyRightReply(own, asked);
    }
  }

  #nearlyRightReply(own: Uint8Array, asked: Uint8Array): unknown {
    return {
      id: this.#random.chance(0.7) ? own : this.id(),
      closer: this.#triples(),
      token: this.#random.bytes(16),
      ...(this.#random.chance(0.4) ? { found: this.#carried(asked) } : {}),
      ...(this.#random.chance(0.3) ? { providers: this.#triples() } : {}),
    };
  }

  #nearlyRightArgs(method: string, own: Uint8Array): unknown[] {
    switch (method) {
      case 'ping':
        return [own];
      case 'stun':
        return [];
      case 'store':
        return [own, this.id(), this.pick([1, 'x', this.#leaf()])];
      case 'find_node':
      case 'find_value':
        return [own, this.id()];
      case 'put':
        return [
          this.#random.chance(0.3) ? { id: own, provide: this.id() } : this.#carried(this.id()),
          this.#random.bytes(16),
        ];
      default:
        return [{ id: own, key: this.id(), want: this.pick(WANTS) }];
    }
  }

  #carried(key: Uint8Array): unknown {
    return {
      record: this.#record(key),
      ttlMs: this.pick([0, 1, 3_600_000, 2 ** 52]),
      cas: this.pick([undefined, 0, 1]),
    };
  }

  #record(key: Uint8Array): KademliaRecord {
    const value = this.#random.bytes(this.below(40));
    const asked = SIGNED.get(idText(key));
    const which = asked !== undefined && this.#random.chance(0.7) ? 2 + this.below(2) : this.below(4);
    if (which === 0) return { kind: 'scalar', key, value: this.pick(['lie', 7, value]) };
    if (which === 1) return immutable(value);
    const expiresAt = Math.floor(this.#wallClock()) + this.pick([-1, 60_000, 86_400_000, 2 ** 45]);
    const { keys, salt } = asked ?? { keys: this.pick(OWNERS), salt: this.pick(WORDS) };
    const record = this.sign(keys, value, { salt, seq: this.pick([0, 1, 5, 2 ** 53 - 1]), expiresAt });
    return which === 2 ? record : { ...record, seq: this.below(9), value: this.#random.bytes(3) };
  }

  #triples(): unknown[] {
    const count = this.#random.chance(0.1) ? 100 : this.below(25);
    return Array.from({ length: count }, () => [
      this.id(),
      this.#random.chance(0.8) ? this.pick(this.#hosts) : `10.99.${this.below(256)}.${this.below(256)}`,
      this.#random.chance(0.9) ? 8468 : this.pick([0, 1, 65_535, 65_536, -1, 1.5]),
    ]);
  }

  #leaf(): unknown {
    return this.pick(LEAVES)();
  }

  /** Changes something somewhere, in two cases of five. */
  #maybeWrong(value: unknown): unknown {
    return this.#random.chance(0.6) ? value : this.#wrong(value);
  }

  #wrong(value: unknown): unknown {
    const isObject = typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
    const keys = isObject ? Object.keys(value) : [];
    if (keys.length === 0 || this.#random.chance(0.2)) return this.#leaf();
    const key = this.pick(keys);
    if (this.#random.chance(0.2)) return without(value as object, key);
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
      string,
      unknown
    >;
    copy[key] = this.#wrong(copy[key]);
    return copy;
  }
}

/** All that a record says, in one text. */
function wordsOf({ publicKey, salt, seq, expiresAt, value, signature }: SignedRecord): string {
  const hex = [publicKey, salt, value, signature].map((bytes) => Buffer.from(bytes).toString('hex'));
  return [...hex, seq, expiresAt].join();
}

function without(value: object, key: string): unknown {
  if (Array.isArray(value)) return value.filter((_, index) => String(index) !== key);
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));
}
