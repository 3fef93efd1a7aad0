import fc from 'fast-check';
import { CANCEL, CLOSE, PING, writeHello } from '../../wire/native/frames';
import { encodeReset, writeOpeningHeader, writePlainHeader } from '../../wire/native/packet';
import { Writer } from '../../wire/native/writer';
import { describePacket } from './describe';

const id = Uint8Array.of(0x0a, 0xbc, 3, 4, 5, 6, 7, 8);
const otherId = id.map((byte) => byte + 1);

test('an opening packet is described by the id of its sender', () => {
  const writer = new Writer(100);
  writeOpeningHeader(writer, id, otherId, 3);
  writeHello(writer, { ageMs: 0, messageBytesMax: 1, callsMax: 1, features: [] });
  writer.uint8(PING);
  expect(describePacket(writer.take())).toEqual({ type: 'opening 3 [HELLO PING]', id: '0abc0304', method: undefined });
});

test('a plain packet is described by the id it goes to, with its frames counted', () => {
  const writer = new Writer(100);
  writePlainHeader(writer, id, 70_000);
  for (const byte of [CANCEL, 0, CANCEL, 2, CLOSE]) writer.uint8(byte);
  expect(describePacket(writer.take()).type).toBe('packet 70000 [CANCEL×2 CLOSE]');
});

test('a reset is described by its id', () => {
  expect(describePacket(encodeReset(id))).toEqual({ type: 'reset', id: '0abc0304', method: undefined });
});

test('anything else is described by what is wrong with it', () => {
  expect(describePacket(Uint8Array.of())).toEqual({ type: 'unknown (too-small)', id: '', method: undefined });
  fc.assert(fc.property(fc.uint8Array(), (datagram) => expect(typeof describePacket(datagram).type).toBe('string')));
});
