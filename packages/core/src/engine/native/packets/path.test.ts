import { ADDRESSES_REMEMBERED } from '../../../native-limits';
import { SeededRandom } from '../../../testing/random';
import { PATH_CHALLENGE, PATH_RESPONSE, decodeFrames, type Frame, type PathFrame } from '../../../wire/native/frames';
import { Reader } from '../../../wire/native/reader';
import { Writer } from '../../../wire/native/writer';
import { packetOf } from '../../../../test/native/congested-way';
import { must } from '../../../../test/native/transmission-end';
import { Path } from './path';

const home = { host: '10.0.0.1', port: 1 };
const rebound = { host: '10.0.0.1', port: 2 };
const abroad = { host: '10.0.0.9', port: 1 };
const OPTIONS = {
  datagramBytes: 1200,
  probesSize: false,
  windowBytesMax: 100_000,
  congestionControl: 'new-reno',
} as const;
const NOW = 500;

/** A path, and the frames that it writes. */
class Bench {
  readonly path: Path;
  readonly #random = new SeededRandom(5);

  constructor(validated = true) {
    const random = (length: number): Uint8Array => this.#random.bytes(length);
    this.path = new Path({ address: home, validated, options: OPTIONS, firstProbeMs: 333, random });
  }

  move(to: typeof home): void {
    this.path.move(to, (length) => this.#random.bytes(length), NOW);
  }

  /** What is due, in a packet with so much room. */
  written(roomBytes = 100): Frame[] {
    const writer = new Writer(100);
    const any = this.path.writeFrames(writer, roomBytes);
    const frames = decodeFrames(new Reader(writer.take())) ?? [];
    must(any === frames.length > 0);
    return frames;
  }

  /** The bytes of the challenge that is due. */
  challenge(): Uint8Array {
    const [frame] = this.written();
    must(frame?.type === PATH_CHALLENGE);
    return (frame as PathFrame).bytes.slice();
  }

  respond(bytes: Uint8Array): void {
    this.path.receive({ type: PATH_RESPONSE, bytes });
  }
}

test('who dialled an address may send anything there, and asks for no proof', () => {
  const { path } = new Bench();
  expect([path.validated, path.allowanceBytes, path.hasFrames, path.address]).toEqual([true, Infinity, false, home]);
});

test('who called us has proved its address as soon as it names us', () => {
  const { path } = new Bench(false);
  path.received(100);
  path.sent(120);
  expect([path.validated, path.allowanceBytes, path.hasFrames]).toEqual([false, 180, false]);
  path.addressed();
  expect([path.validated, path.allowanceBytes]).toEqual([true, Infinity]);
});

describe('a move', () => {
  test('leaves the new address unproven, whatever came from the old one', () => {
    const bench = new Bench();
    bench.path.received(10_000);
    bench.move(rebound);
    expect([bench.path.address, bench.path.validated, bench.path.allowanceBytes]).toEqual([rebound, false, 0]);
    bench.path.received(10);
    expect(bench.path.allowanceBytes).toBe(30);
    bench.path.addressed();
    expect(bench.path.validated).toBe(false);
  });

  test('is challenged at once, and with every packet until it is proven', () => {
    const bench = new Bench();
    bench.move(rebound);
    expect(bench.path.hasFrames).toBe(true);
    const bytes = bench.challenge();
    expect([bench.path.hasFrames, bench.challenge()]).toEqual([false, bytes]);
    bench.respond(bytes);
    expect(bench.written()).toEqual([]);
  });

  test('is proven by its own challenge, from whatever address that is repeated, and by no other', () => {
    const bench = new Bench();
    bench.move(rebound);
    const first = bench.challenge();
    bench.move(abroad);
    const second = bench.challenge();
    expect(second).not.toEqual(first);
    bench.respond(first);
    expect(bench.path.validated).toBe(false);
    bench.respond(second);
    expect([bench.path.validated, bench.path.hasFrames, bench.written()]).toEqual([true, false, []]);
  });

  test('back to an address that was proven needs no other proof', () => {
    const bench = new Bench();
    bench.move(rebound);
    bench.move(home);
    expect([bench.path.address, bench.path.validated, bench.path.hasFrames]).toEqual([home, true, false]);
  });

  test('to and fro between two addresses is proven at both', () => {
    const bench = new Bench(false);
    bench.path.addressed();
    bench.move(abroad);
    const bytes = bench.challenge();
    bench.move(home);
    bench.respond(bytes);
    for (const to of [abroad, home, abroad]) {
      bench.move(to);
      expect([bench.path.validated, bench.path.hasFrames]).toEqual([true, false]);
    }
  });

  test('back to an address that never proved anything has to prove it now: to name us, our id may be heard elsewhere', () => {
    const bench = new Bench(false);
    bench.path.received(10);
    bench.move(abroad);
    bench.move(home);
    bench.path.addressed();
    expect([bench.path.validated, bench.path.allowanceBytes]).toEqual([false, 0]);
    bench.respond(bench.challenge());
    expect(bench.path.validated).toBe(true);
  });

  test('back to an address that was challenged counts what came and went there before', () => {
    const bench = new Bench();
    bench.move(abroad);
    bench.path.received(100);
    bench.path.sent(250);
    bench.move(rebound);
    bench.move(abroad);
    expect([bench.path.validated, bench.path.allowanceBytes, bench.path.hasFrames]).toEqual([false, 50, true]);
  });
});

describe('a peer that sends from several addresses in turn', () => {
  const at = (port: number): typeof home => ({ host: home.host, port });

  /** Moves to a port, and proves itself there if need be; gives whether it had to. */
  function prove(bench: Bench, port: number): boolean {
    bench.move(at(port));
    if (bench.path.validated) return false;
    bench.respond(bench.challenge());
    return true;
  }

  test('proves each of them once', () => {
    const bench = new Bench();
    const ports = [10, 11, 12, 10, 11, 12, 10, 11, 12];
    expect(ports.map((port) => prove(bench, port))).toEqual(ports.map((_port, index) => index < 3));
  });

  test('proves those again that so many others have come after', () => {
    const bench = new Bench();
    prove(bench, 10);
    for (let port = 11; port < 11 + ADDRESSES_REMEMBERED; port += 1) prove(bench, port);
    expect([prove(bench, 10), prove(bench, 11)]).toEqual([false, false]);
    for (let port = 100; port < 101 + ADDRESSES_REMEMBERED; port += 1) prove(bench, port);
    expect(prove(bench, 10)).toBe(true);
  });

  test('loses nothing proven to addresses that somebody pretends', () => {
    const bench = new Bench();
    prove(bench, 10);
    for (let port = 100; port < 200; port += 1) bench.move(at(port));
    expect([prove(bench, 10), prove(bench, 100)]).toEqual([false, true]);
  });
});

describe('a sample', () => {
  test('that is far too long makes those of what was sent before it worthless', () => {
    const { path } = new Bench();
    path.measured({ sentAt: NOW - 20, later: false }, 0, NOW);
    expect(path.since).toBe(-Infinity);
    path.measured({ sentAt: NOW - 4000, later: false }, 0, NOW);
    expect(path.since).toBe(NOW);
  });
});

describe('round trip and window', () => {
  const used = (): Bench => {
    const bench = new Bench();
    bench.path.roundTrip.sample(20, 0);
    bench.path.congestion.sent(packetOf(0, 1));
    bench.path.congestion.lost(packetOf(0, 1), 2);
    return bench;
  };

  test('go on if the port alone is another: that is what a rebinding looks like', () => {
    const bench = used();
    bench.move(rebound);
    const { path } = bench;
    expect([path.roundTrip.smoothedMs, path.congestion.windowBytes, path.since]).toEqual([20, 6000, -Infinity]);
  });

  test('start anew if the host is another', () => {
    const bench = used();
    bench.move(abroad);
    expect([bench.path.roundTrip.smoothedMs, bench.path.congestion.windowBytes, bench.path.since]).toEqual([
      undefined,
      12_000,
      NOW,
    ]);
    // What was sent there before tells nothing of this way.
    bench.path.congestion.lost(packetOf(1, NOW - 1), NOW + 1);
    expect(bench.path.congestion.windowBytes).toBe(12_000);
    bench.path.congestion.lost(packetOf(2, NOW + 1), NOW + 2);
    expect(bench.path.congestion.windowBytes).toBe(6000);
  });
});

describe('a challenge of the peer', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

  test('is repeated once', () => {
    const bench = new Bench();
    bench.path.receive({ type: PATH_CHALLENGE, bytes });
    expect(bench.path.hasFrames).toBe(true);
    expect(bench.written()).toEqual([{ type: PATH_RESPONSE, bytes }]);
    expect([bench.path.hasFrames, bench.written()]).toEqual([false, []]);
  });

  test('is repeated as it was, although the datagram that it came in is used again', () => {
    const bench = new Bench();
    const datagram = bytes.slice();
    bench.path.receive({ type: PATH_CHALLENGE, bytes: datagram });
    datagram.fill(0);
    expect(bench.written()).toEqual([{ type: PATH_RESPONSE, bytes }]);
  });

  test('and one of ours go into one packet, or into two if there is less room', () => {
    const bench = new Bench();
    bench.move(rebound);
    bench.path.receive({ type: PATH_CHALLENGE, bytes });
    expect(bench.written(8)).toEqual([]);
    expect(bench.written(17).map(({ type }) => type)).toEqual([PATH_RESPONSE]);
    expect(bench.written(17).map(({ type }) => type)).toEqual([PATH_CHALLENGE]);
    bench.path.receive({ type: PATH_CHALLENGE, bytes });
    expect(bench.written(18).map(({ type }) => type)).toEqual([PATH_RESPONSE, PATH_CHALLENGE]);
  });
});
