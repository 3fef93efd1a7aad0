import fc from 'fast-check';
import { DatagramRing, KINDS, type RingKind } from './datagram-ring.js';

const HERE = { host: '127.0.0.1', port: 1234 };

/** Both ends of a ring, in which so many bytes have been written and read. */
function ringOf(bytes: number, begun = 0): { writer: DatagramRing; reader: DatagramRing } {
  const memory = DatagramRing.memory(bytes);
  const head = new Int32Array(memory);
  head[0] = head[16] = begun;
  return { writer: new DatagramRing(memory), reader: new DatagramRing(memory) };
}

test('what was written is read, with the address, in its order', () => {
  const { writer, reader } = ringOf(1024);
  const there = { host: 'fe80::1%wlan0', port: 65_535 };
  expect(writer.write(Uint8Array.of(1, 2, 3), HERE)).toBe(true);
  expect(writer.write(Uint8Array.of(), there, 'watched', 2 ** 32 - 1)).toBe(true);
  expect(reader.read()).toEqual({ datagram: Buffer.of(1, 2, 3), address: HERE, kind: 'plain', number: 0 });
  expect(reader.read()).toEqual({ datagram: Buffer.of(), address: there, kind: 'watched', number: 2 ** 32 - 1 });
  expect(reader.read()).toBeUndefined();
});

test('what does not fit is lost, and what is in the ring stays', () => {
  const { writer, reader } = ringOf(256);
  const written = Array.from({ length: 20 }, (_, index) => writer.write(new Uint8Array(30).fill(index), HERE));
  const fitted = written.filter(Boolean).length;
  expect(fitted).toBe(4);
  for (let index = 0; index < fitted; index += 1) expect(reader.read()?.datagram).toEqual(Buffer.alloc(30, index));
  expect(reader.read()).toBeUndefined();
  expect(writer.write(new Uint8Array(300), HERE)).toBe(false);
});

test('what was read does not change when the ring is written again', () => {
  const { writer, reader } = ringOf(128);
  writer.write(new Uint8Array(60).fill(1), HERE);
  const first = reader.read()!;
  for (let count = 0; count < 5; count += 1) {
    writer.write(new Uint8Array(60).fill(2), HERE);
    reader.read();
  }
  expect(first.datagram).toEqual(Buffer.alloc(60, 1));
});

test('a host that is too long is lost', () => {
  expect(ringOf(4096).writer.write(Uint8Array.of(1), { host: 'x'.repeat(256), port: 1 })).toBe(false);
});

test('a reader that sleeps is to be woken once, and does not fall asleep over what has come', () => {
  const { writer, reader } = ringOf(1024);
  expect(writer.takeWake()).toBe(false);
  expect(reader.sleep()).toBe(true);
  writer.write(Uint8Array.of(1), HERE);
  expect(writer.takeWake()).toBe(true);
  expect(writer.takeWake()).toBe(false);
  expect(reader.sleep()).toBe(false);
  expect(writer.takeWake()).toBe(false);
});

interface Written {
  readonly bytes: Uint8Array;
  readonly host: string;
  readonly port: number;
  readonly kind: RingKind;
  readonly number: number;
}

const entries = fc.record<Written>({
  bytes: fc.uint8Array({ maxLength: 200 }),
  host: fc.string({ maxLength: 20, unit: 'binary' }),
  port: fc.nat(65_535),
  kind: fc.constantFrom(...KINDS),
  number: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

test('however it is written and read, it is a queue that loses only what does not fit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 2 ** 31 - 512, 2 ** 32 - 512),
      fc.array(fc.option(entries, { nil: 'read' as const }), { maxLength: 200 }),
      (begun, steps) => {
        const { writer, reader } = ringOf(512, begun);
        const queue: Written[] = [];
        const written: unknown[] = [];
        const came: unknown[] = [];
        let refusedWithoutReason = 0;
        for (const step of steps) {
          if (step === 'read') {
            const expected = queue.shift();
            written.push(expected && shownOf(expected));
            const read = reader.read();
            came.push(read && [Buffer.from(read.datagram), read.address, read.kind, read.number]);
            continue;
          }
          // So small a ring with nothing in it has room for whatever takes half of it.
          const mustFit = queue.length === 0 && step.bytes.length + step.host.length * 3 <= 200;
          if (writer.write(step.bytes, step, step.kind, step.number)) queue.push(step);
          else if (mustFit) refusedWithoutReason += 1;
        }
        expect(came).toEqual(written);
        expect(refusedWithoutReason).toBe(0);
      },
    ),
  );
});

/** As it is read. */
function shownOf({ bytes, host, port, kind, number }: Written): unknown[] {
  return [Buffer.from(bytes), { host: Buffer.from(host).toString(), port }, kind, number];
}
