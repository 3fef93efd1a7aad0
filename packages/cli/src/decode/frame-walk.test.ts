import { FRAME_TYPES, Reader, decodeFrames, decodePacket, decodeDatagram as decodeRpcudp } from '@rpcudp/core/wire';
import fc from 'fast-check';
import native from '../../../../docs/vectors/native.json';
import rpcudp from '../../../../docs/vectors/rpcudp-wire.json';
import { decodeDatagram, type Decoded } from './datagram';
import { walkFrames } from './frame-walk';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

const nativeVectors = [...native.packets, ...native.dropped]
  .map(({ hex }) => bytesOf(hex))
  .filter(({ length }) => length > 0);
const rpcudpVectors = rpcudp.calls.map(({ request }) => bytesOf(request));

/** Random bytes, and good datagrams with a few bits turned over and cut somewhere. */
const damaged = fc
  .record({
    vector: fc.constantFrom(...nativeVectors, ...rpcudpVectors),
    flips: fc.array(fc.tuple(fc.nat(), fc.nat(7)), { maxLength: 4 }),
    cut: fc.option(fc.nat()),
  })
  .map(({ vector, flips, cut }) => {
    const bytes = Uint8Array.from(vector);
    for (const [at, bit] of flips) bytes[at % bytes.length]! ^= 1 << bit;
    return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
  });
const frameType = fc.constantFrom(...Object.values(FRAME_TYPES));
const frameLike = fc
  .tuple(frameType, fc.uint8Array({ maxLength: 40 }))
  .map(([type, rest]) => Uint8Array.of(type, ...rest));
const headed = frameLike.map((frames) => Uint8Array.of(0xc2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, ...frames));
const anyDatagram = fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged, headed);

const options = { numRuns: 3000 };

describe('the walk and the decoder of the core agree', () => {
  test('which bytes are frames', () => {
    const frames = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 48 }), frameLike);
    const property = fc.property(frames, (bytes) => {
      const { spans, fault } = walkFrames(bytes, 0);
      const count = fault === undefined && spans.length > 0 ? spans.length : undefined;
      expect(count).toBe(decodeFrames(new Reader(bytes))?.length);
    });
    expect(() => fc.assert(property, options)).not.toThrow();
  });

  test('where each frame ends: the core decodes those before the fault one by one', () => {
    const property = fc.property(frameLike, frameLike, frameLike, (...parts) => {
      const bytes = Buffer.concat(parts);
      const { spans, fault } = walkFrames(bytes, 0);
      for (const { offset, end } of spans) {
        expect(decodeFrames(new Reader(bytes.subarray(offset, end)))).toHaveLength(1);
      }
      const end = spans.at(-1)?.end ?? 0;
      const offset = fault?.offset ?? end;
      expect(offset).toBeGreaterThanOrEqual(end);
      expect(offset).toBeLessThanOrEqual(bytes.length);
    });
    expect(() => fc.assert(property, options)).not.toThrow();
  });
});

/** What the core says of a datagram, from what the command says. */
function contentOf(decoded: Decoded): unknown {
  if (decoded.kind === 'malformed') return decoded.word;
  if (decoded.kind === 'message') return decoded.message;
  return decoded.kind === 'packet'
    ? { ...decoded.packet, frames: decoded.frames.map(({ frame }) => frame) }
    : decoded.packet;
}

describe('the command and the core agree', () => {
  test('which datagrams are well-formed, what is in them, and why the others are not', () => {
    const property = fc.property(anyDatagram, (bytes) => {
      const decoded = decodeDatagram(bytes);
      const isRpcudp = bytes[0] === 0 || bytes[0] === 1;
      expect(contentOf(decoded)).toEqual(isRpcudp ? decodeRpcudp(bytes) : decodePacket(bytes));
      expect('fault' in decoded ? decoded.fault.offset : 0).toBeLessThanOrEqual(bytes.length);
      // Each frame stands where it is said to, those before a fault, too.
      for (const { frame, offset } of 'frames' in decoded ? decoded.frames : []) expect(bytes[offset]).toBe(frame.type);
    });
    expect(() => fc.assert(property, options)).not.toThrow();
  });
});

test.each([
  ['', 'an empty packet has no fault', undefined],
  ['15', 'a type that is none', { offset: 0, reason: "0x15 is no frame's type" }],
  ['100a0200', 'an item of no side', { offset: 2, reason: 'ITEM: side 2 is neither 0 nor 1' }],
  [
    '11040100090802',
    'an item that goes on after its end',
    { offset: 6, reason: 'ITEM_PART: the part should take 2 bytes, and 0 are left' },
  ],
  ['1204010001', 'a credit of items alone', { offset: 5, reason: 'CREDIT: the bytes end inside the bytes allowed' }],
  ['13040100', 'an end without a code', { offset: 4, reason: 'END: the bytes end inside the code' }],
  ['040024', 'a stream for nobody', { offset: 2, reason: 'CALL: a stream of a call that is one-way' }],
  [
    '040312',
    'a stream with an odd number',
    { offset: 1, reason: 'CALL: an odd number, which is for best effort without streams' },
  ],
  [
    '01050003',
    'a value that is cut off',
    { offset: 3, reason: 'RESULT: the value should take 3 bytes, and 0 are left' },
  ],
  ['05', 'a frame that ends after its type', { offset: 1, reason: 'RESULT: the bytes end inside the number' }],
  ['0540', 'an integer that is cut off', { offset: 1, reason: 'RESULT: the bytes end inside the number' }],
  [
    '08c0',
    'an integer of no size',
    { offset: 1, reason: 'CANCEL: the number is an integer that begins with the bits 11' },
  ],
  ['0200000005000000', 'no range', { offset: 6, reason: 'ACK: 0 ranges, where 1 to 32 may be' }],
  [
    '020000000500020101',
    'a gap that is missing',
    { offset: 9, reason: 'ACK: the bytes end inside the length of a range' },
  ],
  ['040003', 'a delivery that is none', { offset: 2, reason: 'CALL: delivery 3 is none' }],
  ['040040', 'flags without a meaning', { offset: 2, reason: 'CALL: flags 0x40 set bits without a meaning' }],
  [
    '040100',
    'an odd number that is sent again',
    { offset: 1, reason: 'CALL: an odd number, which is for best effort' },
  ],
  [
    '040002',
    'an even number that is sent once',
    { offset: 1, reason: 'CALL: an even number, which is not for best effort' },
  ],
  [
    '0103000000',
    'a HELLO that comes second',
    { offset: 5, reason: 'HELLO: the bytes end inside the length of the features' },
  ],
  [
    '010300000000',
    'a whole HELLO that comes second',
    { offset: 1, reason: 'HELLO: it stands first in an opening packet, and nowhere else' },
  ],
  [
    '00030000000001',
    'a HELLO after PADDING',
    { offset: 1, reason: 'HELLO: it stands first in an opening packet, and nowhere else' },
  ],
  [
    '0300000002014001',
    'a feature that runs over the block',
    { offset: 6, reason: 'HELLO: the bytes end inside the length of a feature' },
  ],
  [
    '03000000020103',
    'a feature that is longer than the block',
    { offset: 6, reason: 'HELLO: a feature should take 3 bytes, and 0 are left' },
  ],
  [
    '3001020304',
    'a challenge that is cut off',
    { offset: 1, reason: 'PATH_CHALLENGE: the bytes end inside the bytes' },
  ],
  ['0700020a000100', 'a side that is none', { offset: 2, reason: 'PART: side 2 is neither 0 nor 1' }],
  ['0700000a0000', 'an empty part', { offset: 5, reason: 'PART: a part without bytes' }],
  ['0700000a0a0100', 'a part behind the end', { offset: 4, reason: 'PART: bytes 10 to 11 of a total of 10' }],
])('a fault says where and why: %s (%s)', (hex, _title, fault) => {
  expect(walkFrames(bytesOf(hex), 0).fault).toEqual(fault);
});
