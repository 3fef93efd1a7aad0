import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Address } from '../../../address';
import {
  ASSOCIATION_IDLE_MS,
  ASSOCIATION_LEFT_USABLE_MS,
  ASSOCIATION_USABLE_MS,
  EVICTION_QUIET_MS_MIN,
  RESETS_PER_SECOND_MAX,
} from '../../../native-limits';
import { SeededRandom } from '../../../testing/random';
import { CLOSE, FAILURE, PATH_CHALLENGE, PATH_RESPONSE, PING, writeHello } from '../../../wire/native/frames';
import type { PathFrame } from '../../../wire/native/frame-types';
import { writePath } from '../../../wire/native/encode-frames';
import { ID_BYTES, decodePacket, encodeReset, writeOpeningHeader, writePlainHeader } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import { RPC_ERROR_CODES, type Executed, type RpcErrorCode } from '../../../errors';
import { EXECUTED, type EngineOutput, type OutgoingCall } from '../../engine';
import { drain, outgoingCall, testContext } from '../../../../test/native/context';
import { hmacSha256 } from '../../../endpoint/hmac';
import { Admission } from '../admission/admission';
import type { LoadLimits } from '../admission/load';
import { OutgoingNativeCall } from '../messages/outgoing-call';
import { RETRY_BUDGET_DEFAULT, type NativeEngineOptions } from '../native-options';
import type { Association } from './association';
import { Associations } from './associations';
import { Reception } from './reception';
import { RetryBudget } from './retry-budget';

const peer = (port: number): Address => ({ host: '10.0.0.1', port });
/** No number of strangers is a load. */
const CALM: LoadLimits = { unprovenMax: 1_000, unprovenPerSecond: 100_000 };
const idOf = (port: number): Uint8Array => new Uint8Array(ID_BYTES).fill(port);

/** The associations of an endpoint, and the peers around it. */
class Bench {
  now = 1000;
  readonly context;
  readonly all: Associations<OutgoingCall>;
  readonly #reception: Reception<OutgoingCall>;
  readonly #random = new SeededRandom(3);

  constructor(changes: Partial<NativeEngineOptions> = {}) {
    this.context = testContext({ load: CALM, ...changes }, (length) => this.#random.bytes(length));
    const { outputs, random, load, quotas, tracing } = this.context;
    const admission = new Admission({ outputs, mac: hmacSha256, random, load, quotas, now: 0, tracing });
    const budget = new RetryBudget(RETRY_BUDGET_DEFAULT);
    this.all = new Associations({ context: this.context, budget });
    this.#reception = new Reception({ context: this.context, associations: this.all, admission, bound: 0 });
  }

  /** A peer opens an association; gives why it could not. */
  open(port: number, frame: typeof PING | typeof CLOSE = PING, id = port): string | undefined {
    const writer = new Writer(1200, 1);
    writeOpeningHeader(writer, idOf(id), undefined, frame === PING ? 0 : 1);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 100, features: [] });
    writer.uint8(frame);
    return this.#receive(writer.take(), port);
  }

  /** A peer that has opened an association shows that it has heard of us. */
  prove(port: number): void {
    const association = this.all.values().find(({ address }) => address.port === port)!;
    this.plain(association.introduction.localId, port);
  }

  /** A peer answers the association that we opened; gives why that was dropped. */
  answer(association: Association<OutgoingCall>, port: number, number = 0): string | undefined {
    const writer = new Writer(1200, 1);
    writeOpeningHeader(writer, idOf(port), association.introduction.localId, number);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 100, features: [] });
    writer.uint8(PING);
    return this.#receive(writer.take(), port);
  }

  reset(id: Uint8Array, port: number): string | undefined {
    return this.#receive(encodeReset(id), port);
  }

  plain(id: Uint8Array, port: number, frame?: PathFrame): string | undefined {
    const writer = new Writer(1200, 1);
    writePlainHeader(writer, id, 5);
    if (frame === undefined) writer.uint8(PING);
    else writePath(writer, frame);
    return this.#receive(writer.take(), port);
  }

  /** A call of ours is made; gives the association that it uses. */
  call(port: number, changes: Partial<OutgoingCall> = {}): Association<OutgoingCall> {
    const made = outgoingCall({ to: peer(port), deadline: this.now + 5000, ...changes });
    const association = this.all.openFor(made, this.now);
    const { calls } = association.messages;
    calls.start(new OutgoingNativeCall<OutgoingCall>(made, calls, this.now));
    return association;
  }

  /** What a peer has to repeat that has moved. */
  challenge(association: Association<OutgoingCall>): Uint8Array {
    association.flush(this.now);
    for (const output of this.polled()) {
      const packet = output.kind === 'transmit' ? decodePacket(output.datagram) : '';
      if (typeof packet === 'string' || !('frames' in packet)) continue;
      for (const frame of packet.frames) if (frame.type === PATH_CHALLENGE) return frame.bytes.slice();
    }
    throw new Error('no challenge');
  }

  polled(): EngineOutput[] {
    return drain(this.context.outputs);
  }

  #receive(datagram: Uint8Array, port: number): string | undefined {
    this.#reception.receive(datagram, peer(port), this.now);
    let reason: string | undefined;
    for (const output of this.polled()) {
      if (output.kind === 'dropped') reason = output.reason;
      else this.context.outputs.push(output);
    }
    return reason;
  }
}

describe('beyond the bound on associations', () => {
  test('an opening packet is dropped as overload, and those that are there go on', () => {
    const bench = new Bench({ associationsMax: 3 });
    expect([bench.open(1), bench.open(2), bench.open(3), bench.open(4)]).toEqual([
      undefined,
      undefined,
      undefined,
      'overload',
    ]);
    expect([bench.all.size, bench.open(1), bench.open(4)]).toEqual([3, 'duplicate-packet', 'overload']);
  });

  test('a call to a further address fails, and those to known ones do not', () => {
    const bench = new Bench({ associationsMax: 2 });
    const first = bench.call(1);
    bench.open(2);
    bench.prove(2);
    expect(() => bench.call(3)).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_EXHAUSTED',
        executed: 'no',
        message: 'The endpoint that calls has associations with 2 peers already.',
      }),
    );
    expect([bench.call(1) === first, bench.call(2).introduction.accepted, bench.all.size]).toEqual([true, true, 2]);
  });

  test('tombstones are as many, and count until they are forgotten, after two minutes', () => {
    const bench = new Bench({ associationsMax: 2 });
    for (const port of [1, 2]) {
      bench.open(port);
      bench.open(port, CLOSE);
    }
    expect([bench.all.size, bench.open(3)]).toEqual([0, 'overload']);
    expect(() => bench.call(3)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
    expect(bench.all.nextExpiry).toBe(bench.now + ASSOCIATION_IDLE_MS);
    bench.now += ASSOCIATION_IDLE_MS - 1;
    bench.all.expire(bench.now);
    expect(bench.open(3)).toBe('overload');
    bench.now += 1;
    bench.all.expire(bench.now);
    expect([bench.open(3), bench.all.size]).toEqual([undefined, 1]);
  });

  test('an association that we opened leaves no tombstone, so that its calls can go on with another', () => {
    const bench = new Bench({ associationsMax: 1 });
    const first = bench.call(1);
    first.introduction.remoteId = idOf(1);
    bench.all.end(first, 'idle', bench.now);
    const [second] = bench.all.values();
    expect([bench.all.size, second === first, second?.messages.calls.size, bench.all.nextExpiry]).toEqual([
      1,
      false,
      1,
      Infinity,
    ]);
  });

  test('a call that finds no association to go on with is unavailable, and has not run', () => {
    const bench = new Bench({ associationsMax: 1 });
    bench.open(1);
    bench.prove(1);
    bench.call(1);
    bench.open(1, CLOSE);
    expect(bench.context.outputs.shift()).toMatchObject({ kind: 'failure', code: 'UNAVAILABLE', executed: 'no' });
    expect(bench.all.size).toBe(0);
  });
});

describe('a peer that has opened an association', () => {
  test('is called over another by its address until it has proved it: the address may be forged', () => {
    const bench = new Bench();
    bench.open(1);
    const [accepted] = bench.all.values();
    const own = bench.call(1);
    expect([own === accepted, own.introduction.accepted, bench.call(1) === own]).toEqual([false, false, true]);
    bench.prove(1);
    expect(bench.call(1)).toBe(accepted);
  });

  test('takes no calls from an association that is there already, until it has proved its address', () => {
    const bench = new Bench();
    const dialled = bench.call(1);
    bench.answer(dialled, 1, 3);
    bench.open(1, PING, 7);
    expect([bench.call(1) === dialled, bench.all.size]).toEqual([true, 2]);
  });
});

describe('who makes room for another', () => {
  const ports = (bench: Bench): number[] => bench.all.values().map(({ address }) => address.port);

  /** As many associations as there is room for, of which each was heard of a second after the one before. */
  function full(count: number, prove: readonly number[] = []): Bench {
    const bench = new Bench({ associationsMax: count });
    for (let port = 1; port <= count; port += 1) {
      bench.open(port);
      if (prove.includes(port)) bench.prove(port);
      bench.now += 1000;
    }
    bench.polled();
    return bench;
  }

  test('is who has been quiet longest, and is told so', () => {
    const bench = full(3);
    bench.now += EVICTION_QUIET_MS_MIN;
    expect([bench.open(9), ports(bench)]).toEqual([undefined, [2, 3, 9]]);
    const close = bench.polled().find((output) => output.kind === 'transmit');
    expect(close).toMatchObject({ to: peer(1) });
  });

  test('is nobody who was heard of within the last ten seconds', () => {
    const bench = full(3);
    bench.now += EVICTION_QUIET_MS_MIN - 3001;
    expect([bench.open(9), ports(bench)]).toEqual(['overload', [1, 2, 3]]);
  });

  test('is a stranger before somebody who has proved their address', () => {
    const bench = full(3, [1]);
    bench.now += EVICTION_QUIET_MS_MIN;
    expect([bench.open(9), ports(bench)]).toEqual([undefined, [1, 3, 9]]);
  });

  test('is nobody with a call under way', () => {
    const bench = full(2, [1, 2]);
    bench.call(1);
    bench.now += EVICTION_QUIET_MS_MIN;
    expect([bench.open(9), ports(bench)]).toEqual([undefined, [1, 9]]);
  });

  test('makes it for an own call as well', () => {
    const bench = full(2);
    bench.now += EVICTION_QUIET_MS_MIN;
    bench.call(9);
    expect(ports(bench)).toEqual([2, 9]);
  });

  test('is found again and again, however many come', () => {
    const bench = full(100);
    bench.now += EVICTION_QUIET_MS_MIN;
    for (let port = 101; port <= 200; port += 1) expect(bench.open(port)).toBeUndefined();
    expect(ports(bench).every((port) => port > 100)).toBe(true);
    expect(bench.open(201)).toBe('overload');
  });
});

describe('an association of which nothing has been heard for 90 s', () => {
  test('is not used for further calls, and goes on with those that it has', () => {
    const bench = new Bench();
    const first = bench.call(1);
    bench.now += ASSOCIATION_USABLE_MS - 1;
    expect(bench.call(1)).toBe(first);
    bench.now += 1;
    const second = bench.call(1);
    expect([second === first, first.ended, first.messages.calls.size, bench.call(1) === second]).toEqual([
      false,
      false,
      2,
      true,
    ]);
  });

  test('is used again for as long after something was heard', () => {
    const bench = new Bench();
    const first = bench.call(1);
    bench.now += ASSOCIATION_USABLE_MS - 1;
    bench.answer(first, 1);
    bench.now += ASSOCIATION_USABLE_MS - 1;
    expect(bench.call(1)).toBe(first);
    bench.now += 1;
    expect(bench.call(1)).not.toBe(first);
  });

  test('is not used because a peer of that association is called by its handle either', () => {
    const bench = new Bench();
    bench.open(1);
    const [accepted] = bench.all.values();
    expect(bench.call(9, { via: accepted })).toBe(accepted);
    accepted!.transmission.path.addressed();
    bench.now += ASSOCIATION_USABLE_MS;
    const another = bench.call(9, { via: accepted });
    expect([another === accepted, another.address]).toEqual([false, peer(1)]);
  });

  test('is followed by no other one to where a peer has never proved to be: its address may be forged', () => {
    const bench = new Bench();
    bench.open(1);
    const [accepted] = bench.all.values();
    bench.now += ASSOCIATION_USABLE_MS;
    expect(() => bench.call(9, { via: accepted })).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    expect(bench.all.size).toBe(1);
  });

  test('and that finds no room for another lets further calls fail', () => {
    const bench = new Bench({ associationsMax: 1 });
    bench.call(1);
    bench.now += ASSOCIATION_USABLE_MS;
    expect(() => bench.call(1)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
  });
});

describe('an association whose peer has refused a call because it goes', () => {
  /** The peer's no to the first call. */
  function refuse(bench: Bench, association: Association<OutgoingCall>, code: RpcErrorCode, executed: Executed): void {
    const frame = {
      type: FAILURE,
      number: 0,
      code: RPC_ERROR_CODES.indexOf(code),
      executed: EXECUTED.indexOf(executed),
      details: new Uint8Array(),
    } as const;
    bench.answer(association, 1);
    association.flush(bench.now);
    association.messages.calls.replied(frame);
  }

  test('is used for further calls as long as something is heard, and not after ASSOCIATION_LEFT_USABLE_MS of silence', () => {
    const bench = new Bench();
    const first = bench.call(1);
    refuse(bench, first, 'UNAVAILABLE', 'no');
    bench.now += ASSOCIATION_LEFT_USABLE_MS - 1;
    expect(bench.call(1)).toBe(first);
    bench.now += 1;
    expect(bench.call(1)).not.toBe(first);
  });

  test.each([
    ['UNAVAILABLE', 'yes'],
    ['RESOURCE_EXHAUSTED', 'no'],
  ] as const)('is another than one that said %s, %s', (code, executed) => {
    const bench = new Bench();
    const first = bench.call(1);
    refuse(bench, first, code, executed);
    bench.now += ASSOCIATION_LEFT_USABLE_MS;
    expect(bench.call(1)).toBe(first);
  });
});

describe('who answers from another address than was dialled', () => {
  test('is one association, found at both', () => {
    const bench = new Bench();
    const dialled = bench.call(1);
    expect(bench.answer(dialled, 2)).toBeUndefined();
    expect([dialled.address, bench.call(1) === dialled]).toEqual([peer(2), true]);
    const bytes = bench.challenge(dialled);
    expect(bench.plain(dialled.introduction.localId, 2, { type: PATH_RESPONSE, bytes })).toBeUndefined();
    expect([bench.call(1) === dialled, bench.call(2) === dialled, bench.all.size]).toEqual([true, true, 1]);
  });

  test('is called over an association of its own there until it has proved that it is there', () => {
    const bench = new Bench();
    const dialled = bench.call(1);
    bench.answer(dialled, 2);
    const own = bench.call(2);
    expect([own === dialled, own.address, bench.call(1) === dialled]).toEqual([false, peer(2), true]);
  });

  test('is called where it was dialled again once that association has ended', () => {
    const bench = new Bench();
    const dialled = bench.call(1);
    dialled.flush(bench.now);
    bench.answer(dialled, 2);
    bench.reset(dialled.introduction.localId, 2);
    expect([dialled.ended, bench.all.size, bench.call(1).address]).toEqual([true, 0, peer(1)]);
  });
});

test('what has ended is kept in memory by nothing, though its address is still called', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const bench = new Bench();
  const addresses = Array.from({ length: 50 }, (_, index) => peer(index + 1));
  const ended = addresses.map((to) => {
    const association = bench.call(to.port, { to, delivery: 'best-effort' });
    bench.call(to.port, { to, delivery: 'best-effort' });
    association.messages.calls.takeAll();
    bench.all.end(association, 'idle', bench.now);
    return new WeakRef(association);
  });
  bench.polled();
  // A WeakRef keeps what it was made of until this turn is over.
  await new Promise(setImmediate);
  collect();
  expect(ended.filter((one) => one.deref() !== undefined)).toHaveLength(0);
  expect(bench.call(1, { to: addresses[0]! }).address).toEqual(peer(1));
});

describe('a reset', () => {
  test('is believed from any address, by either id', () => {
    for (const idIs of ['ours', 'theirs'] as const) {
      const bench = new Bench();
      const association = bench.call(1);
      association.flush(bench.now);
      bench.answer(association, 1);
      bench.polled();
      const { localId, remoteId } = association.introduction;
      expect(bench.reset(idIs === 'ours' ? localId : remoteId!, 7)).toBeUndefined();
      expect([association.ended, bench.all.size]).toEqual([true, 0]);
      expect(bench.polled()).toMatchObject([{ kind: 'failure', code: 'UNAVAILABLE', executed: 'unknown' }]);
    }
  });

  test('with an id that nobody has ends nothing', () => {
    const bench = new Bench();
    const association = bench.call(1);
    bench.answer(association, 1);
    expect(bench.reset(idOf(9), 1)).toBe('unknown-association');
    expect(association.ended).toBe(false);
  });

  test('to an association of which nothing is unanswered is no loss: the next call opens another', () => {
    const bench = new Bench();
    const association = bench.call(1, { oneWay: true });
    bench.answer(association, 1);
    for (const call of association.messages.calls.awaited) association.messages.calls.end(call, 'answered');
    bench.polled();
    bench.reset(association.introduction.localId, 1);
    expect([bench.polled(), bench.all.size, bench.call(1) === association]).toEqual([[], 0, false]);
  });

  test('is sent for what belongs to nobody, and only so often in a second', () => {
    const bench = new Bench();
    const send = (count: number): number => {
      for (let packet = 0; packet < count; packet += 1) bench.plain(idOf(8), 3);
      return bench.polled().filter(({ kind }) => kind === 'transmit').length;
    };
    // The reset stands before the reason, so it was not taken out as one.
    expect(send(RESETS_PER_SECOND_MAX + 50)).toBe(RESETS_PER_SECOND_MAX);
    bench.now += 999;
    expect(send(1)).toBe(0);
    bench.now += 1;
    expect(send(1)).toBe(1);
  });
});

describe('a datagram that belongs to nobody', () => {
  test('names our id but another peer', () => {
    const bench = new Bench();
    const association = bench.call(1);
    bench.answer(association, 1);
    expect(bench.answer(association, 2)).toBe('unknown-association');
    expect(association.address).toEqual(peer(1));
  });

  test('names an id that was never ours', () => {
    const bench = new Bench();
    expect(bench.plain(idOf(5), 3)).toBe('unknown-association');
    expect(bench.polled()).toMatchObject([
      { kind: 'transmit', datagram: encodeReset(idOf(5)), to: peer(3), watched: false },
    ]);
  });
});
