import type { Address } from '../../../address';
import { ASSOCIATIONS_MAX, ASSOCIATION_IDLE_MS, PACKET_NUMBER_LAST } from '../../../limits';
import { SeededRandom } from '../../../testing/random';
import { CLOSE, PING, writeHello } from '../../../wire/native/frames';
import { ID_BYTES, decodePacket, writeOpeningHeader } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import { DeadlineHeap } from '../../tables/deadline-heap';
import type { EngineOutput, OutgoingCall } from '../../engine';
import { Fifo } from '../../tables/fifo';
import type { Association } from './association';
import { Associations } from './associations';
import { makeContext, type NativeEngineOptions } from '../native-options';
import { OutgoingNativeCall } from '../messages/outgoing-call';

const OPTIONS: NativeEngineOptions = {
  runningHandlersMax: 10,
  datagramBytes: 1200,
  messageBytesMax: 1000,
  reassemblyBytesMax: 1000,
};

const peer = (port: number): Address => ({ host: '10.0.0.1', port });
const idOf = (port: number): Uint8Array => new Uint8Array(ID_BYTES).fill(port);

/** The associations of an endpoint, and the peers around it. */
class Bench {
  now = 1000;
  readonly outputs = new Fifo<EngineOutput>();
  readonly all: Associations<OutgoingCall>;
  readonly #random = new SeededRandom(3);

  constructor(changes: Partial<NativeEngineOptions> = {}) {
    const context = makeContext<OutgoingCall>({ ...OPTIONS, ...changes }, (length) => this.#random.bytes(length), {
      outputs: this.outputs,
      callDeadlines: new DeadlineHeap<OutgoingNativeCall<OutgoingCall>>(),
      timers: new DeadlineHeap(),
      touch: () => undefined,
      mayRun: () => true,
    });
    this.all = new Associations(context, 0);
  }

  /** A peer opens an association; gives why it could not. */
  open(port: number, frame: typeof PING | typeof CLOSE = PING): string | undefined {
    const writer = new Writer(1200, 1);
    writer.begin();
    writeOpeningHeader(writer, idOf(port), undefined, frame === PING ? 0 : 1);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 100 });
    writer.uint8(frame);
    const datagram = writer.take();
    const packet = decodePacket(datagram);
    if (typeof packet === 'string') throw new Error(packet);
    this.all.receive(packet, peer(port), datagram.length, this.now);
    const { first } = this.outputs;
    if (first?.kind !== 'dropped') return undefined;
    this.outputs.shift();
    return first.reason;
  }

  /** A call of ours is made; gives the association that it uses. */
  call(port: number, changes: Partial<OutgoingCall> = {}): Association<OutgoingCall> {
    const association = this.all.to(peer(port), this.now);
    const made: OutgoingCall = {
      to: peer(port),
      method: { key: 7, bytes: new Uint8Array(0) },
      args: Uint8Array.of(0x90),
      delivery: 'at-most-once',
      oneWay: false,
      metadata: undefined,
      deadline: this.now + 5000,
      ...changes,
    };
    association.calls.start(new OutgoingNativeCall<OutgoingCall>(made, association.calls));
    return association;
  }
}

test('the bound on associations and tombstones together is 65,536 unless told otherwise', () => {
  const surroundings = {
    outputs: new Fifo<EngineOutput>(),
    callDeadlines: new DeadlineHeap<OutgoingNativeCall<OutgoingCall>>(),
    timers: new DeadlineHeap<Association<OutgoingCall>>(),
    touch: () => undefined,
    mayRun: () => true,
  };
  const boundOf = (options: NativeEngineOptions): number =>
    makeContext<OutgoingCall>(options, (length) => new Uint8Array(length), surroundings).associationsMax;
  expect([boundOf(OPTIONS), boundOf({ ...OPTIONS, associationsMax: 5 })]).toEqual([ASSOCIATIONS_MAX, 5]);
});

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
    expect(() => bench.call(3)).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_EXHAUSTED',
        executed: 'no',
        message: 'This endpoint has associations with 2 peers already.',
      }),
    );
    expect([bench.call(1) === first, bench.call(2).accepted, bench.all.size]).toEqual([true, true, 2]);
  });

  test('tombstones count until they are forgotten, after two minutes', () => {
    const bench = new Bench({ associationsMax: 2 });
    bench.open(1);
    bench.open(2);
    bench.open(1, CLOSE);
    expect([bench.all.size, bench.open(3)]).toEqual([1, 'overload']);
    expect(() => bench.call(3)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
    expect(bench.all.nextExpiry).toBe(bench.now + ASSOCIATION_IDLE_MS);
    bench.now += ASSOCIATION_IDLE_MS - 1;
    bench.all.expire(bench.now);
    expect(bench.open(3)).toBe('overload');
    bench.now += 1;
    bench.all.expire(bench.now);
    expect([bench.open(3), bench.all.size]).toEqual([undefined, 2]);
  });

  test('an association that we opened leaves no tombstone, so that its calls can go on with another', () => {
    const bench = new Bench({ associationsMax: 1 });
    const first = bench.call(1);
    first.remoteId = idOf(1);
    bench.all.end(first, bench.now);
    const [second] = bench.all.values();
    expect([bench.all.size, second === first, second?.calls.size, bench.all.nextExpiry]).toEqual([
      1,
      false,
      1,
      Infinity,
    ]);
  });

  test('a call that finds no association to go on with is unavailable, and has not run', () => {
    const bench = new Bench({ associationsMax: 1 });
    bench.open(1);
    bench.call(1);
    bench.open(1, CLOSE);
    expect(bench.outputs.shift()).toMatchObject({ kind: 'failure', code: 'UNAVAILABLE', executed: 'no' });
    expect(bench.all.size).toBe(0);
  });
});

describe('an association that has used up its packet numbers', () => {
  test('is not used for further calls: another is opened', () => {
    const bench = new Bench();
    const first = bench.call(1);
    first.transmission.sent.leaveOut(PACKET_NUMBER_LAST);
    expect(bench.call(1)).toBe(first);
    first.flush(bench.now);
    expect(first.transmission.sent.nextNumber).toBe(PACKET_NUMBER_LAST + 1);
    const second = bench.call(1);
    expect([second === first, second.calls.size, bench.all.size, bench.call(1) === second]).toEqual([
      false,
      1,
      2,
      true,
    ]);
  });

  test('goes on with the calls that it has', () => {
    const bench = new Bench();
    const first = bench.call(1);
    first.transmission.sent.leaveOut(PACKET_NUMBER_LAST + 1);
    bench.call(1);
    expect([first.ended, first.flush(bench.now), bench.outputs.shift()?.kind]).toEqual([false, true, 'transmit']);
    expect(first.calls.size).toBe(1);
  });

  test('and that finds no room for another lets further calls fail', () => {
    const bench = new Bench({ associationsMax: 1 });
    bench.call(1).transmission.sent.leaveOut(PACKET_NUMBER_LAST + 1);
    expect(() => bench.call(1)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
  });
});
