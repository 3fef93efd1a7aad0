/** Datagrams of both wires, and the frames in them, through the decoders. */
import native from '../../../../../docs/vectors/native.json';
import rpcudp from '../../../../../docs/vectors/rpcudp-wire.json';
import { describePacket } from '../../../src/engine/native/describe';
import { decodeMessage } from '../../../src/wire/native/decode-frames';
import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING_PACKET,
  decodeHeader,
  decodePacket,
  encodeReset,
  encodeRetry,
  writeOpeningHeader,
  writePlainHeader,
  writeSealedOpeningHeader,
  writeSealedPlainHeader,
  type NativePacket,
} from '../../../src/wire/native/packet';
import { Writer } from '../../../src/wire/native/writer';
import { decodeDatagram, encodeRequest, encodeResponse } from '../../../src/wire/rpcudp';
import { writeFrame } from '../../write-frame';
import type { Draw } from '../draw';
import { anyFrames } from '../frames';
import { mutateBytes, spliced } from '../mutations';
import { referenceMessage, referencePacket } from '../reference-packets';
import { bytesOf, sameData } from '../same-data';
import { promise, type Saw, type Target } from '../target';

export const packets: Target = {
  name: 'packets',
  batch: 256,
  unit: 1,

  seeds: () => [
    ...[...native.packets, ...native.dropped].map(({ hex }) => bytesOf(hex)),
    ...rpcudp.calls.flatMap(({ request, response }) => [request, response].map((hex) => bytesOf(hex ?? ''))),
  ],

  mutate(input, other, draw) {
    return draw.chance(0.3) ? withFrames(input, draw) : mutateBytes(input, other, draw);
  },

  run(input, saw) {
    // In the middle of other memory, where a length that is too large would find something.
    const memory = new Uint8Array(input.length + 64).fill(0x55);
    const datagram = memory.subarray(32, 32 + input.length);
    datagram.set(input);
    checkNative(datagram, saw);
    checkRpcudp(datagram);
    describePacket(datagram);
    promise(Buffer.compare(datagram, input) === 0, () => 'decoding changed the datagram');
  },
};

/** Puts frames, or one field of a frame, to the end of a packet or in place of all it had. */
function withFrames(input: Uint8Array, draw: Draw): Uint8Array {
  const headerBytes = input[0] === OPENING_PACKET ? 22 : 13;
  const at = draw.chance(0.5) ? input.length : Math.min(input.length, headerBytes);
  return spliced(input, at, input.length - at, anyFrames(draw));
}

function checkNative(datagram: Uint8Array, saw: Saw): void {
  const packet = decodePacket(datagram);
  const expected = referencePacket(datagram);
  promise(sameData(packet, expected), () => `the packet is ${shown(packet)}, and should be ${shown(expected)}`);
  const header = decodeHeader(datagram);
  if (typeof header === 'string') promise(header === packet, () => `the header is ${header}, the packet is not`);
  const message = decodeMessage(datagram);
  promise(sameData(message, referenceMessage(datagram)), () => `the message is ${shown(message)}`);
  if (typeof packet === 'string') return saw(packet);
  saw(
    'frames' in packet
      ? packet.frames
          .map(({ type }) => type)
          .slice(0, 3)
          .join()
      : `type ${packet.type}`,
  );
  const again = encode(packet, datagram.length);
  promise(again.length <= datagram.length, () => 'a packet that was encoded again is longer');
  promise(sameData(decodePacket(again), packet), () => 'a packet that was encoded again is another one');
}

function encode(packet: NativePacket, bytesMax: number): Uint8Array {
  if (packet.type === RESET) return encodeReset(packet.id, packet.token);
  if (packet.type === RETRY) return encodeRetry(packet.id, packet.token);
  const writer = new Writer(bytesMax + 64, 1);
  if (packet.type === OPENING_PACKET) writeOpeningHeader(writer, packet.sourceId, packet.destinationId, packet.number);
  else if (packet.type === PLAIN_PACKET) writePlainHeader(writer, packet.destinationId, packet.number);
  else if (packet.type === SEALED_OPENING_PACKET) writeSealedOpeningHeader(writer, packet);
  else writeSealedPlainHeader(writer, packet.destinationId, packet.number, packet.phase);
  if ('sealed' in packet) writer.copy(packet.sealed);
  else for (const frame of packet.frames) writeFrame(writer, frame);
  return writer.take();
}

function checkRpcudp(datagram: Uint8Array): void {
  const frame = decodeDatagram(datagram);
  if (typeof frame === 'string') return;
  const again =
    frame.type === 'request'
      ? encodeRequest(frame.id, frame.method, frame.args)
      : encodeResponse(frame.id, frame.value);
  promise(again.length <= datagram.length, () => 'a message of the rpcudp wire that was encoded again is longer');
  promise(sameData(decodeDatagram(again), frame), () => 'a message that was encoded again is another one');
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner,
  );
}
