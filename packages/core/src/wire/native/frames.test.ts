import fc from 'fast-check';
import {
  ACK,
  ACK_RANGES_MAX,
  CALL,
  CANCEL,
  CLOSE,
  FAILURE,
  FRAME_TYPES,
  HELLO,
  LATER,
  PART,
  PART_OVERHEAD_BYTES,
  PING,
  RESULT,
  ackBytesMax,
  callBytesMax,
  decodeFrames,
  decodeMessage,
  replyBytesMax,
  type AckRange,
  type Frame,
} from './frames';
import { Reader } from './reader';
import { writeFrame } from '../../../test/write-frame';
import { VARINT_MAX, Writer } from './writer';

const decode = (bytes: Uint8Array): Frame[] | undefined => decodeFrames(new Reader(bytes));

function encode(...frames: Frame[]): Uint8Array {
  const writer = new Writer(20_000);
  for (const frame of frames) writeFrame(writer, frame);
  return writer.take();
}

const varint = fc.oneof(fc.nat(63), fc.nat(16_383), fc.nat(VARINT_MAX));
const uint8 = fc.nat(0xff);
const bytes = fc.uint8Array({ maxLength: 100 });

/** From the top down: first the largest number, then by turns how many were received below it and how many are missing. */
const ranges = fc
  .tuple(fc.integer({ min: 10_000, max: 0xffffffff }), fc.array(fc.tuple(fc.nat(200), fc.nat(100)), { maxLength: 31 }))
  .map(([largest, steps]): AckRange[] => {
    let end = largest;
    return [...steps, [7, 0] as const].map(([length, gap]) => {
      const range = { start: end - length, end };
      end = range.start - gap - 2;
      return range;
    });
  });

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.constantFrom<Frame>({ type: PING }, { type: CLOSE }, { type: LATER }),
  fc.record({ type: fc.constant(ACK), delayMicros: varint, ranges }),
  fc.record({ type: fc.constant(HELLO), ageMs: varint, messageBytesMax: varint, callsMax: varint }),
  fc.record({
    type: fc.constant(CALL),
    number: varint,
    delivery: fc.constantFrom('at-most-once' as const, 'idempotent' as const, 'best-effort' as const),
    oneWay: fc.boolean(),
    method: fc.nat(0xffffffff),
    deadlineMs: varint,
    metadata: fc.option(bytes, { nil: undefined }),
    args: bytes,
  }),
  fc.record({ type: fc.constant(RESULT), number: varint, value: bytes }),
  fc.record({ type: fc.constant(FAILURE), number: varint, code: uint8, executed: uint8, details: bytes }),
  fc
    .record({ number: varint, side: fc.nat(1), offset: fc.nat(VARINT_MAX - 1000), rest: fc.nat(800) })
    .chain(({ number, side, offset, rest }) =>
      fc.uint8Array({ minLength: 1, maxLength: 100 }).map((part): Frame => ({
        type: PART,
        number,
        side,
        total: offset + part.length + rest,
        offset,
        bytes: part,
      })),
    ),
  fc.record({ type: fc.constant(CANCEL), number: varint }),
);

const example: Record<keyof typeof FRAME_TYPES, Frame> = {
  PING: { type: PING },
  ACK: {
    type: ACK,
    delayMicros: 70,
    ranges: [
      { start: 90, end: 100 },
      { start: 3, end: 80 },
    ],
  },
  HELLO: { type: HELLO, ageMs: 100, messageBytesMax: 1_048_576, callsMax: 1024 },
  CALL: {
    type: CALL,
    number: 2,
    delivery: 'idempotent',
    oneWay: true,
    method: 0xbf9cf968,
    deadlineMs: 5000,
    metadata: Uint8Array.of(0x80),
    args: Uint8Array.of(0x92, 1, 2),
  },
  RESULT: { type: RESULT, number: 70, value: Uint8Array.of(3) },
  FAILURE: { type: FAILURE, number: 70, code: 11, executed: 0, details: Uint8Array.of(0x92, 0xa0, 0xc0) },
  PART: { type: PART, number: 4, side: 1, total: 5000, offset: 100, bytes: Uint8Array.of(1, 2, 3) },
  CANCEL: { type: CANCEL, number: 70 },
  CLOSE: { type: CLOSE },
  LATER: { type: LATER },
};
const examples = Object.entries(example);

test('frames decode to what was encoded, alone and together', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), (frames) => {
      expect(decode(encode(...frames))).toEqual(frames);
    }),
  );
});

test.each(examples)('a %s that is cut off anywhere is malformed', (_name, frame) => {
  const whole = encode(frame);
  expect(decode(whole)).toEqual([frame]);
  for (let length = 0; length < whole.length; length += 1) {
    expect(decode(whole.subarray(0, length))).toBeUndefined();
    expect(decode(Uint8Array.of(PING, ...whole.subarray(0, length)))).toEqual(
      length === 0 ? [{ type: PING }] : undefined,
    );
  }
});

test('every type that is not known, or reserved, is malformed', () => {
  const known = new Set<number>(Object.values(FRAME_TYPES));
  for (let type = 0; type < 256; type += 1) {
    expect(known.has(type) ? undefined : decode(Uint8Array.of(type, 0, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
  }
});

test('any bytes give frames or undefined, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(9), (rest, type) => {
      const given = Uint8Array.of(type, ...rest);
      const frames = decode(given);
      expect(frames === undefined || frames.length > 0).toBe(true);
      const message = decodeMessage(given);
      expect(message === undefined || [CALL, RESULT, FAILURE].includes(message.type)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('an ACK', () => {
  const head = (...more: number[]): Uint8Array => Uint8Array.of(ACK, 0, 0, 0, 100, 0, ...more);

  test('of as many ranges as allowed takes no more bytes than are reckoned with', () => {
    const many = Array.from({ length: ACK_RANGES_MAX }, (_, index) => {
      const end = 0xffffffff - index * 100_000_000;
      return { start: end - 20_000_000, end };
    });
    const encoded = encode({ type: ACK, delayMicros: 1_000_000, ranges: many });
    expect(encoded.length).toBeLessThanOrEqual(ackBytesMax(ACK_RANGES_MAX));
    expect(decode(encoded)).toEqual([{ type: ACK, delayMicros: 1_000_000, ranges: many }]);
  });

  test.each([
    ['without a range', head(0, 0)],
    ['of more ranges than allowed', head(ACK_RANGES_MAX + 1, 0, ...new Array<number>(2 * ACK_RANGES_MAX).fill(0))],
    ['whose first range reaches below 0', head(1, 0x40, 101)],
    ['whose second range reaches below 0', head(2, 10, 0x40, 89, 0)],
  ])('%s is malformed', (_what, given) => {
    expect(decode(given)).toBeUndefined();
  });

  test('may reach down to packet 0', () => {
    expect(decode(head(2, 10, 0x40, 88, 0))).toEqual([
      {
        type: ACK,
        delayMicros: 0,
        ranges: [
          { start: 90, end: 100 },
          { start: 0, end: 0 },
        ],
      },
    ]);
  });
});

describe('a CALL', () => {
  const call = (flags: number): Uint8Array => Uint8Array.of(CALL, 0, flags, 0, 0, 0, 1, 5, 0, 0);

  test.each([3, 0x10, 0x80])('with flags %i is malformed', (flags) => {
    expect(decode(call(flags))).toBeUndefined();
  });

  test('takes no more bytes than are reckoned with', () => {
    const largest = { number: VARINT_MAX, delivery: 'best-effort', oneWay: true, method: 0, deadlineMs: VARINT_MAX };
    for (const length of [0, 63, 64, 16_383, 16_384]) {
      const args = new Uint8Array(length);
      const metadata = new Uint8Array(64);
      const frame = { type: CALL, ...largest, metadata, args } as Frame;
      expect(encode(frame)).toHaveLength(callBytesMax(length, 64));
      expect(encode({ ...frame, metadata: undefined } as Frame)).toHaveLength(callBytesMax(length, undefined));
    }
  });

  test('of three bytes of arguments takes at most 16 bytes around them', () => {
    const frame: Frame = { ...example.CALL, number: 2046, oneWay: false, metadata: undefined } as Frame;
    expect(encode(frame).length - 3).toBeLessThanOrEqual(16);
  });
});

test('a reply takes no more bytes than are reckoned with', () => {
  for (const length of [0, 63, 64, 16_384]) {
    const payload = new Uint8Array(length);
    const failure = { type: FAILURE, number: VARINT_MAX, code: 1, executed: 1, details: payload } as const;
    expect(encode(failure)).toHaveLength(replyBytesMax(length));
    expect(encode({ type: RESULT, number: VARINT_MAX, value: payload }).length).toBeLessThan(replyBytesMax(length));
  }
});

describe('a PART', () => {
  const part = (side: number, total: number, offset: number, ...content: number[]): Uint8Array =>
    Uint8Array.of(PART, 0, side, total, offset, content.length, ...content);

  test.each([
    ['of a third side', part(2, 10, 0, 1)],
    ['without bytes', part(0, 10, 0)],
    ['that reaches beyond the total', part(0, 10, 9, 1, 2)],
  ])('%s is malformed', (_what, given) => {
    expect(decode(given)).toBeUndefined();
  });

  test('takes no more bytes than are reckoned with', () => {
    const content = new Uint8Array(1200);
    const frame: Frame = { type: PART, number: VARINT_MAX, side: 1, total: VARINT_MAX, offset: 20_000, bytes: content };
    expect(encode(frame)).toHaveLength(content.length + PART_OVERHEAD_BYTES);
  });
});

describe('a message joined from parts', () => {
  test.each([example.CALL, example.RESULT, example.FAILURE])('is decoded as the frame that it is', (frame) => {
    const whole = encode(frame);
    expect(decodeMessage(whole)).toEqual(frame);
    expect(decodeMessage(Uint8Array.of(...whole, 0))).toBeUndefined();
    expect(decodeMessage(whole.subarray(0, -1))).toBeUndefined();
  });

  test.each([example.PING, example.ACK, example.HELLO, example.PART, example.CANCEL, example.CLOSE, example.LATER])(
    'is malformed if it is a frame of another type',
    (frame) => {
      expect(decodeMessage(encode(frame))).toBeUndefined();
    },
  );
});
