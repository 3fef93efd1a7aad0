import type { Address } from '../../../src/address';
import type { Delivery } from '../../../src/delivery';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../../../src/engine/engine';
import { hexOf } from '../same-data';
import { promise } from '../target';

/** What a handler does with a call. */
export const BEHAVIOURS = ['answers', 'holds', 'refuses', 'answers much'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** What every argument and every answer begins with: it must not be seen in a sealed datagram. */
export const MARK = Uint8Array.of(0xfe, 0xed, 0xfa, 0xce, 0xca, 0xfe);
const HEAD_BYTES = MARK.length + 4 + 1;
const MUCH_BYTES = 6000;

/** Long enough for all of them; pieces of it that lie apart differ. */
export const PATTERN = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 13 + (index >> 8) * 7) & 0xff);

/** A call of an honest party. */
export interface HonestCall extends OutgoingCall {
  readonly id: number;
  readonly behaviour: Behaviour;
  readonly by: string;
  /** Every end that it came to: there must be one. */
  readonly ends: EngineOutput['kind'][];
  /** How many items each of its handlers had sent when it answered. */
  readonly sentBefore: Set<number>;
  cancelled: boolean;
  /** Whether it was said that it did not run. */
  refused: boolean;
}

/** What there is to say of a call. */
export interface Wish {
  readonly by: string;
  readonly to: Address;
  readonly behaviour: Behaviour;
  readonly argsBytes: number;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  readonly deadline: number;
}

/** Arguments that say which call they are of, and what is to be done with it. */
function argsOf(id: number, behaviour: Behaviour, length: number): Uint8Array {
  const args = PATTERN.slice(id % 256, (id % 256) + HEAD_BYTES + length);
  args.set(MARK);
  new DataView(args.buffer).setUint32(MARK.length, id);
  args[MARK.length + 4] = BEHAVIOURS.indexOf(behaviour);
  return args;
}

function idOf(args: Uint8Array): number | undefined {
  if (args.length < HEAD_BYTES || !MARK.every((byte, index) => args[index] === byte)) return undefined;
  return new DataView(args.buffer, args.byteOffset).getUint32(MARK.length);
}

export function behaviourOf(args: Uint8Array): Behaviour {
  return BEHAVIOURS[args[MARK.length + 4] ?? 0] ?? 'answers';
}

/** What a handler answers. */
export function answerTo(args: Uint8Array): Uint8Array {
  const length = behaviourOf(args) === 'answers much' ? MUCH_BYTES : args.length;
  const answer = PATTERN.slice(0, Math.max(length, HEAD_BYTES));
  answer.set(args.subarray(0, HEAD_BYTES));
  return answer;
}

/** What has happened to the calls of honest parties, which must be nothing but what was asked for. */
export class Ledger {
  readonly calls: HonestCall[] = [];
  /** Whether handlers are asked by nobody but honest parties. */
  readonly onlyHonest: boolean;
  /** Whether something has happened after which calls that may run twice may do so. */
  mayRepeat = false;
  readonly #runs = new Map<number, number>();
  /** Calls that ran, by who sent them: each number once. */
  readonly #numbers = new WeakMap<object, Set<number>>();

  constructor(onlyHonest: boolean) {
    this.onlyHonest = onlyHonest;
  }

  make({ by, behaviour, argsBytes, ...wish }: Wish, more: Partial<OutgoingCall>): HonestCall {
    const id = this.calls.length;
    const args = argsOf(id, behaviour, argsBytes);
    const method = { key: 0x01020304 + (id % 3), bytes: new Uint8Array(0) };
    const metadata = id % 4 === 3 ? Uint8Array.of(0x80) : undefined;
    const call: HonestCall = {
      id,
      by,
      behaviour,
      args,
      method,
      metadata,
      ...wish,
      ...more,
      ends: [],
      sentBefore: new Set(),
      cancelled: false,
      refused: false,
    };
    this.calls.push(call);
    return call;
  }

  runsOf({ id }: HonestCall): number {
    return this.#runs.get(id) ?? 0;
  }

  /** The call that a request is, if an honest party has made it. */
  callOf({ args }: IncomingRequest): HonestCall | undefined {
    const id = idOf(args);
    return id === undefined ? undefined : this.calls[id];
  }

  /** A handler is to run. */
  ran(request: IncomingRequest): void {
    this.#checkNumber(request);
    const call = this.callOf(request);
    if (call === undefined) {
      promise(
        !this.onlyHonest,
        () => `a handler runs for a call that nobody made: ${hexOf(request.args.slice(0, 16))}`,
      );
      return;
    }
    this.#runs.set(call.id, this.runsOf(call) + 1);
    const isOnce = call.delivery === 'at-most-once' || !this.mayRepeat;
    promise(!isOnce || this.runsOf(call) === 1, () => `call ${call.id}, ${call.delivery}, runs twice`);
    const asMade = isSame(call, request) && isSameStreams(call, request);
    promise(asMade, () => `call ${call.id} arrives otherwise than it was made`);
  }

  /** An engine says that a call is over. */
  ended(output: Extract<EngineOutput<HonestCall>, { call: HonestCall }> & { kind: EngineOutput['kind'] }): void {
    const { call, kind } = output;
    promise(call.ends.length === 0, () => `call ${call.id} ends with ${kind} after ${call.ends.join()}`);
    promise(!call.cancelled, () => `call ${call.id} was cancelled, and ends with ${kind}`);
    call.ends.push(kind);
    // Whoever is called back may be anybody.
    if (!this.onlyHonest && call.via !== undefined) return;
    const ran = this.runsOf(call) > 0;
    if (kind === 'response') {
      const right = Buffer.compare((output as { payload: Uint8Array }).payload, answerTo(call.args)) === 0;
      promise(right, () => `call ${call.id} gets another answer than its handler gave`);
      promise(ran, () => `call ${call.id} is answered, and did not run`);
    }
    if (kind !== 'failure') return;
    const { executed, code } = output as { executed: string; code: string };
    call.refused = executed === 'no';
    promise(executed !== 'no' || !ran, () => `call ${call.id} ran, and ends with ${code}, executed no`);
    promise(executed !== 'yes' || ran, () => `call ${call.id} did not run, and ends with ${code}, executed yes`);
  }

  /** A call of which it was said that it did not run has not run since. */
  checkRefused(call: HonestCall): void {
    promise(!call.refused || this.runsOf(call) === 0, () => `call ${call.id} ran, and its caller heard no`);
  }

  /** One that must not run twice has one number for ever, whoever sends it. */
  #checkNumber(request: IncomingRequest): void {
    const { number } = request as { number?: number };
    if (request.via === undefined || number === undefined || number % 2 === 1) return;
    const numbers = this.#numbers.get(request.via) ?? new Set<number>();
    this.#numbers.set(request.via, numbers);
    promise(!numbers.has(number), () => `the call with number ${number} runs twice on one association`);
    numbers.add(number);
  }
}

function isSame(call: HonestCall, request: IncomingRequest): boolean {
  return (
    Buffer.compare(call.args, request.args) === 0 &&
    call.method.key === request.method &&
    call.delivery === request.delivery &&
    call.oneWay === request.oneWay &&
    (call.metadata === undefined) === (request.metadata === undefined)
  );
}

function isSameStreams({ streams }: HonestCall, { stream }: IncomingRequest): boolean {
  const { answers, takes } = streams ?? { answers: false, takes: false };
  return answers === (stream?.answers ?? false) && takes === (stream?.takes ?? false);
}
