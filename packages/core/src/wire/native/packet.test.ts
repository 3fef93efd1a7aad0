import fc from 'fast-check';
import { HELLO, PADDING, PING, writeHello } from './frames';
import {
  ID_BYTES,
  OPENING_HEADER_BYTES,
  OPENING_PACKET,
  PLAIN_HEADER_BYTES,
  PLAIN_PACKET,
  RESET,
  SEALED_PLAIN_PACKET,
  RESET_BYTES,
  VERSION,
  decodeHeader,
  decodePacket,
  decodePacketFrames,
  encodeReset,
  writeOpeningHeader,
  writePlainHeader,
  type PlainHeader,
} from './packet';
import { Writer } from './writer';

const source = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const destination = Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16);
const hello = { ageMs: 0, messageBytesMax: 1_048_576, callsMax: 1024, features: [] };

function opening(destinationId: Uint8Array | undefined, sourceId = source): Uint8Array {
  const writer = new Writer(100);
  writeOpeningHeader(writer, sourceId, destinationId, 7);
  expect(writer.length).toBe(OPENING_HEADER_BYTES);
  writeHello(writer, hello);
  return writer.take();
}

function plain(...frames: number[]): Uint8Array {
  const writer = new Writer(100);
  writePlainHeader(writer, destination, 0xfffffffe);
  expect(writer.length).toBe(PLAIN_HEADER_BYTES);
  return Uint8Array.of(...writer.take(), ...frames);
}

test.each([undefined, destination])('an opening packet decodes to what was encoded', (destinationId) => {
  expect(decodePacket(opening(destinationId))).toEqual({
    type: OPENING_PACKET,
    sourceId: source,
    destinationId,
    number: 7,
    frames: [{ type: HELLO, ...hello }],
  });
});

test('an opening packet whose first frame is not HELLO is malformed', () => {
  const packet = opening(destination);
  const [header, helloFrame] = [packet.subarray(0, OPENING_HEADER_BYTES), packet.subarray(OPENING_HEADER_BYTES)];
  expect(decodePacket(Uint8Array.of(...header, ...helloFrame, PING))).toMatchObject({ type: OPENING_PACKET });
  expect(decodePacket(Uint8Array.of(...header, PING, ...helloFrame))).toBe('malformed-packet');
  expect(decodePacket(Uint8Array.of(...header, PING))).toBe('malformed-packet');
});

test('an opening packet may hold nothing but HELLO and padding', () => {
  const packet = Uint8Array.of(...opening(undefined), PADDING, PADDING);
  expect(decodePacket(packet)).toMatchObject({ frames: [{ type: HELLO }] });
});

test('a plain packet with HELLO, or with nothing but padding, is malformed', () => {
  const writer = new Writer(100);
  writeHello(writer, hello);
  const helloFrame = [...writer.take()];
  expect(decodePacket(plain(...helloFrame))).toBe('malformed-packet');
  expect(decodePacket(plain(PING, ...helloFrame))).toBe('malformed-packet');
  expect(decodePacket(plain(PADDING, PADDING))).toBe('malformed-packet');
  expect(decodePacket(plain(PADDING, PING, PADDING))).toMatchObject({ frames: [{ type: PING }] });
});

test('the header is read without the frames, which may be sealed', () => {
  const sealed = opening(destination).fill(0xff, OPENING_HEADER_BYTES);
  expect(decodeHeader(sealed)).toEqual({
    type: OPENING_PACKET,
    sourceId: source,
    destinationId: destination,
    number: 7,
    headerBytes: OPENING_HEADER_BYTES,
    sealed: undefined,
  });
  const header = decodeHeader(plain(0xff, 0xff));
  expect(header).toMatchObject({ type: PLAIN_PACKET, number: 0xfffffffe });
  expect((header as PlainHeader).destinationId).toEqual(destination);
  expect(decodePacketFrames(header as PlainHeader, plain(PING))).toEqual([{ type: PING }]);
  expect(decodePacketFrames(header as PlainHeader, plain(0xff, 0xff))).toBeUndefined();
});

test('a header carries the low 32 bits of a number', () => {
  const writer = new Writer(100);
  writePlainHeader(writer, destination, 5 * 2 ** 32 + 77);
  writer.uint8(PING);
  expect(decodePacket(writer.take())).toMatchObject({ number: 77 });
});

test('a plain packet decodes to what was encoded', () => {
  expect(decodePacket(plain(PING))).toEqual({
    type: PLAIN_PACKET,
    destinationId: destination,
    number: 0xfffffffe,
    frames: [{ type: PING }],
  });
});

test('a reset decodes to what was encoded, and is shorter than any packet', () => {
  const reset = encodeReset(source);
  expect(reset).toHaveLength(RESET_BYTES);
  expect(decodePacket(reset)).toEqual({ type: RESET, id: source });
  expect(RESET_BYTES).toBeLessThan(PLAIN_HEADER_BYTES);
});

test.each([
  ['nothing', Uint8Array.of(), 'too-small'],
  ['a first byte of another wire', Uint8Array.of(0, 1, 2), 'unknown-type'],
  ['a first byte that nobody uses', Uint8Array.of(0xc8, ...source), 'unknown-type'],
  ['a plain packet without frames', plain(), 'too-small'],
  ['a plain packet with an unknown frame', plain(PING, 0x2f), 'malformed-packet'],
  ['an opening packet without frames', opening(undefined).subarray(0, OPENING_HEADER_BYTES - 1), 'too-small'],
  ['an opening packet of another version', opening(undefined).fill(VERSION + 1, 1, 2), 'unknown-version'],
  ['an opening packet whose source id is zero', opening(undefined, new Uint8Array(ID_BYTES)), 'malformed-packet'],
  ['an opening packet with a frame that is cut off', opening(undefined).subarray(0, -1), 'malformed-packet'],
  ['a reset that is too short', encodeReset(source).subarray(0, -1), 'malformed-packet'],
  ['a sealed packet without a tag', Uint8Array.of(SEALED_PLAIN_PACKET, ...new Uint8Array(12 + 16)), 'too-small'],
  ['a reset that is too long', Uint8Array.of(...encodeReset(source), 0), 'malformed-packet'],
])('%s is no packet', (_what, datagram, reason) => {
  expect(decodePacket(datagram)).toBe(reason);
});

test('a packet that is cut off anywhere is no packet', () => {
  for (const whole of [opening(destination), plain(PING), encodeReset(source)]) {
    for (let length = 0; length < whole.length; length += 1) {
      expect(typeof decodePacket(whole.subarray(0, length))).toBe('string');
    }
  }
});

test('any bytes give a packet or a reason, and never throw', () => {
  const first = fc.constantFrom(OPENING_PACKET, PLAIN_PACKET, RESET, 0, 0xff);
  fc.assert(
    fc.property(first, fc.uint8Array({ maxLength: 80 }), (type, rest) => {
      for (const start of [[type], [type, VERSION]]) {
        const packet = decodePacket(Uint8Array.of(...start, ...rest));
        expect(typeof packet === 'string' || packet.type === type).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
