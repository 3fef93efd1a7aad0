import fc from 'fast-check';
import { METHOD_NAME_BYTES_MAX } from '../limits';
import { decodeDatagram, encodeRequest, encodeResponse, packedRequestBytes } from './rpcudp';

const id = Uint8Array.from({ length: 20 }, (_, index) => index);
const noArgs = Uint8Array.of(0x90);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const request = (...body: number[]): Uint8Array => Uint8Array.of(0, ...id, ...body);

test('a request decodes to what was encoded, with names of every length', () => {
  const name = fc.uint8Array({ minLength: 0, maxLength: METHOD_NAME_BYTES_MAX, size: 'max' });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), name, fc.uint8Array(), (anyId, method, rest) => {
      const args = Uint8Array.of(0x90, ...rest);
      const datagram = encodeRequest(anyId, method, args);
      expect(datagram).toHaveLength(21 + packedRequestBytes(method, args));
      expect(decodeDatagram(datagram)).toEqual({ type: 'request', id: anyId, method, args });
    }),
  );
});

test('a response decodes to what was encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.uint8Array({ minLength: 1 }), (anyId, value) => {
      expect(decodeDatagram(encodeResponse(anyId, value))).toEqual({ type: 'response', id: anyId, value });
    }),
  );
});

test('what is in a Buffer, as sockets give them, is plain bytes', () => {
  const request = Buffer.from(encodeRequest(id, text('echo'), noArgs));
  const response = Buffer.from(encodeResponse(id, Uint8Array.of(42)));
  const kinds = [request, response].flatMap((datagram) =>
    Object.values(decodeDatagram(datagram)).map((part: unknown) => Object.getPrototypeOf(part) as unknown),
  );
  expect(kinds.filter((kind) => kind !== String.prototype)).toEqual(Array(5).fill(Uint8Array.prototype));
});

test('a method name of 31 bytes has a header of one byte, one of 32 bytes a header of two', () => {
  expect(packedRequestBytes(new Uint8Array(31), noArgs)).toBe(1 + 1 + 31 + 1);
  expect(packedRequestBytes(new Uint8Array(32), noArgs)).toBe(1 + 2 + 32 + 1);
});

test('every other encoding that MessagePack has for the pair and the name is read too', () => {
  const name = [...text('echo')];
  const expected = { type: 'request', id, method: text('echo'), args: noArgs };
  const heads = [[0x92], [0xdc, 0, 2], [0xdd, 0, 0, 0, 2]];
  const names = [[0xa4], [0xd9, 4], [0xda, 0, 4], [0xdb, 0, 0, 0, 4]];
  for (const head of heads) {
    for (const header of names) expect(decodeDatagram(request(...head, ...header, ...name, 0x90))).toEqual(expected);
  }
});

test.each([
  ['nothing', Uint8Array.of(), 'too-small'],
  ['a header without a body', request(), 'too-small'],
  ['a first byte of another kind', Uint8Array.of(2, ...id, 0x90), 'unknown-type'],
  ['a body that is no array', request(0xa1, 0x61), 'malformed-request'],
  ['an array of one', request(0x91, 0xa1, 0x61), 'malformed-request'],
  ['an array of three', request(0x93, 0xa1, 0x61, 0x90, 0x90), 'malformed-request'],
  ['an array header that is cut off', request(0xdc, 0), 'malformed-request'],
  ['a pair without a name', request(0x92), 'malformed-request'],
  ['a name that is a number', request(0x92, 7, 0x90), 'malformed-request'],
  ['a name header that is cut off', request(0x92, 0xd9), 'malformed-request'],
  ['a name that is cut off', request(0x92, 0xa4, 0x61), 'malformed-request'],
  ['a name without arguments', request(0x92, 0xa1, 0x61), 'malformed-request'],
  ['arguments that are a string', request(0x92, 0xa1, 0x61, 0xa1, 0x61), 'malformed-request'],
  ['a name whose length is a lie', request(0x92, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x90), 'malformed-request'],
])('%s is no frame', (_what, datagram, reason) => {
  expect(decodeDatagram(datagram)).toBe(reason);
});

test('a method name of more bytes than allowed is malformed', () => {
  const name = new Uint8Array(METHOD_NAME_BYTES_MAX + 1).fill(0x61);
  expect(decodeDatagram(request(0x92, 0xda, 1, 0, ...name, 0x90))).toBe('malformed-request');
});

test('any bytes give a frame or a reason, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (datagram) => {
      const frame = decodeDatagram(datagram);
      if (typeof frame === 'string') return;
      expect(frame.id).toHaveLength(20);
    }),
  );
});
