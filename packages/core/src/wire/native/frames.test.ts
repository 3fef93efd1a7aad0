import fc from 'fast-check';
import {
  ACK,
  ACK_RANGES_MAX,
  CALL,
  CANCEL,
  CHALLENGE_BYTES,
  CLOSE,
  CREDIT,
  CREDIT_BYTES_MAX,
  END,
  END_DONE,
  FAILURE,
  FRAME_TYPES,
  HELLO,
  ITEM,
  ITEM_PART,
  ITEM_PART_OVERHEAD_BYTES,
  LATER,
  PADDING,
  PART,
  PART_OVERHEAD_BYTES,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
  STOP,
  STOP_BYTES_MAX,
  ackBytesMax,
  callBytesMax,
  decodeFrames,
  decodeMessage,
  endBytesMax,
  itemBytesMax,
  replyBytesMax,
  writePadding,
  type AckFrame,
  type AckRange,
  type Frame,
  type ResultFrame,
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

const credit = fc.record({ items: varint, bytes: varint });
const anyStreamFlags = fc.oneof(
  fc.record({ credit, takes: fc.boolean() }),
  fc.constant({ credit: undefined, takes: true }),
);
const side = fc.constantFrom(0 as const, 1 as const);

const anyStreamFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant(ITEM), number: varint, side, index: varint, bytes }),
  fc
    .record({ number: varint, side, index: varint, offset: fc.nat(VARINT_MAX - 1000), rest: fc.nat(800) })
    .chain(({ rest, ...part }) =>
      fc.uint8Array({ minLength: 1, maxLength: 100 }).map((content): Frame => ({
        type: ITEM_PART,
        ...part,
        total: part.offset + content.length + rest,
        bytes: content,
      })),
    ),
  fc.record({ type: fc.constant(CREDIT), number: varint, side, taken: varint, items: varint, bytes: varint }),
  fc.record({ type: fc.constant(END), number: varint, side, count: varint, code: uint8, value: bytes }),
  fc.record({ type: fc.constant(STOP), number: varint }),
);

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.constantFrom<Frame>({ type: PING }, { type: CLOSE }, { type: LATER }),
  fc.record({ type: fc.constant(ACK), delayMicros: varint, ranges }),
  fc
    .tuple(
      varint,
      fc.record({
        type: fc.constant(CALL),
        delivery: fc.constantFrom('at-most-once' as const, 'idempotent' as const, 'best-effort' as const),
        oneWay: fc.boolean(),
        method: fc.nat(0xffffffff),
        deadlineMs: varint,
        streams: fc.option(anyStreamFlags, { nil: undefined }),
        metadata: fc.option(bytes, { nil: undefined }),
        args: bytes,
      }),
    )
    // Numbers of calls that are sent once are odd, others even. Those with streams are sent again, and have an end.
    .map(([half, call]): Frame => ({
      ...call,
      oneWay: call.oneWay && call.streams === undefined,
      number: 2 * (half >> 1) + (call.delivery === 'best-effort' && call.streams === undefined ? 1 : 0),
    })),
  fc.record({ type: fc.constant(RESULT), number: varint, value: bytes }),
  fc.record({ type: fc.constant(FAILURE), number: varint, code: uint8, executed: uint8, details: bytes }),
  fc
    .record({
      number: varint,
      side: fc.constantFrom(0 as const, 1 as const),
      offset: fc.nat(VARINT_MAX - 1000),
      rest: fc.nat(800),
    })
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
  anyStreamFrame,
  fc.record({
    type: fc.constantFrom(PATH_CHALLENGE, PATH_RESPONSE),
    bytes: fc.uint8Array({ minLength: CHALLENGE_BYTES, maxLength: CHALLENGE_BYTES }),
  }),
);
const feature = fc.record({ id: varint, value: fc.uint8Array({ maxLength: 70 }) });
const anyHello = fc.record({
  type: fc.constant(HELLO),
  ageMs: varint,
  messageBytesMax: varint,
  callsMax: varint,
  features: fc.array(feature, { maxLength: 5 }),
});

const example: Record<Exclude<keyof typeof FRAME_TYPES, 'PADDING'>, Frame> = {
  PING: { type: PING },
  ACK: {
    type: ACK,
    delayMicros: 70,
    ranges: [
      { start: 90, end: 100 },
      { start: 3, end: 80 },
    ],
  },
  HELLO: {
    type: HELLO,
    ageMs: 100,
    messageBytesMax: 1_048_576,
    callsMax: 1024,
    features: [
      { id: 1, value: Uint8Array.of(0x40, 0x41) },
      { id: 700, value: new Uint8Array(0) },
    ],
  },
  CALL: {
    type: CALL,
    number: 2,
    delivery: 'idempotent',
    oneWay: true,
    method: 0xbf9cf968,
    deadlineMs: 5000,
    streams: undefined,
    metadata: Uint8Array.of(0x80),
    args: Uint8Array.of(0x92, 1, 2),
  },
  RESULT: { type: RESULT, number: 70, value: Uint8Array.of(3) },
  FAILURE: { type: FAILURE, number: 70, code: 11, executed: 0, details: Uint8Array.of(0x92, 0xa0, 0xc0) },
  PART: { type: PART, number: 4, side: 1, total: 5000, offset: 100, bytes: Uint8Array.of(1, 2, 3) },
  CANCEL: { type: CANCEL, number: 70 },
  CLOSE: { type: CLOSE },
  LATER: { type: LATER },
  ITEM: { type: ITEM, number: 70, side: 1, index: 300, bytes: Uint8Array.of(0x92, 1, 2) },
  ITEM_PART: { type: ITEM_PART, number: 70, side: 0, index: 5, total: 5000, offset: 100, bytes: Uint8Array.of(1, 2) },
  CREDIT: { type: CREDIT, number: 70, side: 1, taken: 128, items: 256, bytes: 262_144 },
  END: { type: END, number: 70, side: 1, count: 300, code: END_DONE, value: Uint8Array.of(0xc0) },
  STOP: { type: STOP, number: 70 },
  PATH_CHALLENGE: { type: PATH_CHALLENGE, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  PATH_RESPONSE: { type: PATH_RESPONSE, bytes: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1) },
};
const examples = Object.entries(example);

test('frames decode to what was encoded, alone and together', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), (frames) => {
      expect(decode(encode(...frames))).toEqual(frames);
    }),
  );
  fc.assert(
    fc.property(anyHello, fc.array(anyFrame, { maxLength: 3 }), (hello, frames) => {
      expect(decode(encode(hello, ...frames))).toEqual([hello, ...frames]);
    }),
  );
});

test('PADDING is skipped wherever it stands, and is no frame by itself', () => {
  const padded = (frames: readonly Frame[], counts: readonly number[]): Uint8Array => {
    const writer = new Writer(40_000);
    for (const [index, frame] of frames.entries()) {
      writeFrame(writer, frame);
      writePadding(writer, writer.length + counts[index % counts.length]!);
    }
    return writer.take();
  };
  const counts = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), counts, (frames, after) => {
      const bytes = padded(frames, after);
      expect(decode(bytes)).toEqual(frames);
      expect(decode(Uint8Array.of(PADDING, PADDING, ...bytes))).toEqual(frames);
    }),
  );
  expect(decode(new Uint8Array(20).fill(PADDING))).toBeUndefined();
  expect(decode(new Uint8Array(0))).toBeUndefined();
});

test('a packet is padded up to a length, and not cut to one', () => {
  const writer = new Writer(100);
  writer.uint8(PING);
  writePadding(writer, 5);
  expect([...writer.take()]).toEqual([PING, PADDING, PADDING, PADDING, PADDING]);
  writer.begin();
  writer.uint8(PING);
  writePadding(writer, 0);
  expect([...writer.take()]).toEqual([PING]);
});

test.each(examples)('a %s that is cut off anywhere is malformed', (_name, frame) => {
  const whole = encode(frame);
  expect(decode(whole)).toEqual([frame]);
  for (let length = 0; length < whole.length; length += 1) {
    expect(decode(whole.subarray(0, length))).toBeUndefined();
    expect(decode(Uint8Array.of(PADDING, PING, ...whole.subarray(0, length)))).toEqual(
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
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(STOP), (rest, type) => {
      const given = Uint8Array.of(type, ...rest);
      const frames = decode(given);
      expect(frames === undefined || frames.length > 0).toBe(true);
      const message = decodeMessage(given);
      expect(message === undefined || [CALL, RESULT, FAILURE, END].includes(message.type)).toBe(true);
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
  ])('%s is malformed', (_what, given) => {
    expect(decode(given)).toBeUndefined();
  });

  test('may reach below 0, for its numbers are the low 32 bits of greater ones', () => {
    expect(decode(head(1, 0x40, 101))).toMatchObject([{ ranges: [{ start: -1, end: 100 }] }]);
    expect(decode(head(2, 10, 0x40, 89, 5))).toMatchObject([{ ranges: [{}, { start: -6, end: -1 }] }]);
  });

  test('of a number beyond 2^32 carries the low 32 bits of it', () => {
    const end = 2 ** 40 + 5;
    const ranges = [
      { start: end - 7, end },
      { start: end - 30, end: end - 20 },
    ];
    const [low] = decode(encode({ type: ACK, delayMicros: 0, ranges })) as [AckFrame];
    expect(low.ranges).toEqual([
      { start: -2, end: 5 },
      { start: -25, end: -15 },
    ]);
  });

  test('whose first range is longer than can be told tells the upper part of it, and nothing below', () => {
    const end = 2 ** 31;
    const ranges = [
      { start: 5, end },
      { start: 0, end: 2 },
    ];
    expect(decode(encode({ type: ACK, delayMicros: 0, ranges }))).toMatchObject([
      { ranges: [{ start: end - VARINT_MAX, end }] },
    ]);
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

  test.each([3, 0x40, 0x80])('with flags %i is malformed', (flags) => {
    expect(decode(call(flags))).toBeUndefined();
  });

  test('whose number does not go with its delivery is malformed', () => {
    const of = (number: number, delivery: number): Uint8Array =>
      Uint8Array.of(CALL, number, delivery, 0, 0, 0, 1, 5, 0);
    const decodes = [0, 1, 2].map((delivery) => [2, 3].map((number) => decode(of(number, delivery)) !== undefined));
    expect(decodes).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
  });

  test('with streams has an even number whatever its delivery, and somebody who waits for its end', () => {
    const of = (number: number, flags: number): Frame[] | undefined =>
      decode(Uint8Array.of(CALL, number, flags, 0, 0, 0, 1, 5, 4, 7, 0));
    expect([0x10, 0x11, 0x12, 0x30, 0x32].map((flags) => of(2, flags) !== undefined)).toEqual(Array(5).fill(true));
    expect([0x10, 0x11, 0x12, 0x30, 0x32].map((flags) => of(3, flags))).toEqual(Array(5).fill(undefined));
    expect(of(2, 0x14)).toBeUndefined();
    expect(of(2, 0x32)).toMatchObject([{ streams: { credit: { items: 4, bytes: 7 }, takes: true } }]);
  });

  test('that only takes a stream gives no credit', () => {
    const [frame] = decode(Uint8Array.of(CALL, 2, 0x20, 0, 0, 0, 1, 5, 1, 0x90))!;
    expect(frame).toMatchObject({ streams: { credit: undefined, takes: true }, args: Uint8Array.of(0x90) });
  });

  test('takes no more bytes than are reckoned with', () => {
    const largest = { number: VARINT_MAX, delivery: 'best-effort', oneWay: true, method: 0, deadlineMs: VARINT_MAX };
    for (const length of [0, 63, 64, 16_383, 16_384]) {
      const args = new Uint8Array(length);
      const metadata = new Uint8Array(64);
      const frame = { type: CALL, ...largest, metadata, args } as Frame;
      expect(encode(frame)).toHaveLength(callBytesMax(length, 64));
      expect(encode({ ...frame, metadata: undefined } as Frame)).toHaveLength(callBytesMax(length, undefined));
      const streams = { credit: { items: VARINT_MAX, bytes: VARINT_MAX }, takes: true };
      expect(encode({ ...frame, streams } as Frame)).toHaveLength(callBytesMax(length, 64, true));
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

describe('a HELLO', () => {
  const hello = (...features: number[]): Uint8Array => Uint8Array.of(HELLO, 0, 1, 1, features.length, ...features);

  test('that is not the first frame is malformed', () => {
    expect(decode(encode(example.HELLO, example.PING))).toEqual([example.HELLO, example.PING]);
    expect(decode(encode(example.PING, example.HELLO))).toBeUndefined();
    expect(decode(encode(example.HELLO, example.HELLO))).toBeUndefined();
  });

  test('may be all that there is beside padding', () => {
    expect(decode(Uint8Array.of(...hello(), PADDING, PADDING))).toMatchObject([{ type: HELLO, features: [] }]);
  });

  test('tells features that nobody here knows, twice too, in their order', () => {
    expect(decode(hello(2, 1, 0x0f, 63, 0, 2, 1, 0x10))).toMatchObject([
      {
        features: [
          { id: 2, value: Uint8Array.of(0x0f) },
          { id: 63, value: new Uint8Array(0) },
          { id: 2, value: Uint8Array.of(0x10) },
        ],
      },
    ]);
  });

  test.each([
    ['runs over the block', hello(1, 2, 0)],
    ['has no length', hello(1)],
    ['has an id that is cut off', hello(0x40)],
  ])('of which a feature %s is malformed', (_what, given) => {
    // Bytes enough follow, but they are not the block's.
    expect(decode(Uint8Array.of(...given, PING, PING, PING))).toBeUndefined();
  });
});

describe('a PATH_CHALLENGE or PATH_RESPONSE', () => {
  test.each([PATH_CHALLENGE, PATH_RESPONSE])('has eight bytes and is followed by the next frame', (type) => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(decode(Uint8Array.of(type, ...bytes, PING))).toEqual([{ type, bytes }, { type: PING }]);
  });
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

describe('frames of a stream', () => {
  const sided = [
    ['ITEM', [ITEM, 4, 2, 0, 1, 9]],
    ['ITEM_PART', [ITEM_PART, 4, 2, 0, 9, 0, 1, 9]],
    ['CREDIT', [CREDIT, 4, 2, 0, 1, 1]],
    ['END', [END, 4, 2, 0, 255, 0]],
  ] as const;

  test.each(sided)('%s of a third side is malformed', (_name, given) => {
    expect(decode(Uint8Array.from(given))).toBeUndefined();
    expect(decode(Uint8Array.from(given).fill(1, 2, 3))).toHaveLength(1);
  });

  test.each([
    ['without bytes', [ITEM_PART, 4, 1, 0, 9, 0, 0]],
    ['that reaches beyond the total', [ITEM_PART, 4, 1, 0, 9, 8, 2, 1, 2]],
  ])('an ITEM_PART %s is malformed', (_what, given) => {
    expect(decode(Uint8Array.from(given))).toBeUndefined();
  });

  test('take no more bytes than are reckoned with', () => {
    const most = { number: VARINT_MAX, side: 1 } as const;
    for (const length of [0, 63, 64, 16_383, 16_384]) {
      const content = new Uint8Array(length);
      expect(encode({ type: ITEM, ...most, index: VARINT_MAX, bytes: content })).toHaveLength(itemBytesMax(length));
      expect(encode({ type: END, ...most, count: VARINT_MAX, code: 0, value: content })).toHaveLength(
        endBytesMax(length),
      );
    }
    const part = { index: VARINT_MAX, total: VARINT_MAX, offset: 20_000, bytes: new Uint8Array(1200) };
    expect(encode({ type: ITEM_PART, ...most, ...part })).toHaveLength(1200 + ITEM_PART_OVERHEAD_BYTES);
    const credit = { taken: VARINT_MAX, items: VARINT_MAX, bytes: VARINT_MAX };
    expect(encode({ type: CREDIT, ...most, ...credit })).toHaveLength(CREDIT_BYTES_MAX);
    expect(encode({ type: STOP, number: VARINT_MAX })).toHaveLength(STOP_BYTES_MAX);
  });
});

describe('a message joined from parts', () => {
  test.each([example.CALL, example.RESULT, example.FAILURE, example.END])(
    'is decoded as the frame that it is',
    (frame) => {
      const whole = encode(frame);
      expect(decodeMessage(whole)).toEqual(frame);
      expect(decodeMessage(Uint8Array.of(...whole, 0))).toBeUndefined();
      expect(decodeMessage(whole.subarray(0, -1))).toBeUndefined();
    },
  );

  test.each([example.CALL, example.RESULT])('can have the end of what it carries elsewhere, and not more', (frame) => {
    const whole = encode(frame);
    const payload = frame.type === CALL ? frame.args : (frame as ResultFrame).value;
    for (let absent = 1; absent <= payload.length; absent += 1) {
      const decoded = decodeMessage(whole.subarray(0, -absent), absent);
      const here = payload.subarray(0, -absent);
      expect(decoded).toEqual(frame.type === CALL ? { ...frame, args: here } : { ...frame, value: here });
      expect(decodeMessage(whole.subarray(0, -absent), absent - 1)).toBeUndefined();
      expect(decodeMessage(whole.subarray(0, -absent), absent + 1)).toBeUndefined();
    }
    expect(decodeMessage(whole.subarray(0, -payload.length - 1), payload.length + 1)).toBeUndefined();
  });

  const messages = new Set<number>([CALL, RESULT, FAILURE, END]);

  test.each(Object.values(example).filter(({ type }) => !messages.has(type)))(
    'is malformed if it is a frame of another type',
    (frame) => {
      expect(decodeMessage(encode(frame))).toBeUndefined();
    },
  );

  test('is no END of what the caller sends, for that always fits a packet', () => {
    expect(decodeMessage(encode({ ...example.END, side: 0 } as Frame))).toBeUndefined();
  });

  test('is malformed if there is padding in it', () => {
    expect(decodeMessage(Uint8Array.of(PADDING, ...encode(example.RESULT)))).toBeUndefined();
  });
});
