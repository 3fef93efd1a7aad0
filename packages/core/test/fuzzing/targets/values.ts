/** MessagePack of both tables through the codec: what comes from anybody is a value, or is refused. */
import vectors from '../../../../../docs/vectors/values.json';
import type { Codec } from '../../../src/codec/codec';
import { extensionType } from '../../../src/codec/extension';
import { decodeFailure } from '../../../src/codec/failure';
import { messagePack } from '../../../src/codec/messagepack';
import { RpcError } from '../../../src/errors';
import { ARRAY_HOLES_MAX, VALUE_DEPTH_MAX } from '../../../src/limits';
import { difference } from '../../value-difference';
import { anyMessagePack } from '../messagepack';
import { mutateBytes, spliced } from '../mutations';
import { checkPrototypes, checkValue } from '../received-value';
import { bytesOf } from '../same-data';
import { Violation, promise, type Target } from '../target';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

const extensions = [
  extensionType(
    1,
    Point,
    ({ x, y }) => Uint8Array.of(x, y),
    ([x = 0, y = 0]) => new Point(x, y),
  ),
];

/** The first byte of an input says which of them reads the rest. */
const CODECS: readonly Codec[] = [
  messagePack({ extensions }),
  messagePack({ extensions, references: true }),
  messagePack({ extensions }).forWire!('rpcudp'),
];

/** The beginning of a map whose only key is the one that none may have. */
const PROTO_NAMED_MAP = Buffer.from('\x81\xa9__proto__', 'latin1');

export const values: Target = {
  name: 'values',
  batch: 256,
  unit: 1,

  seeds: () =>
    [...vectors.values, ...vectors.decoded, ...vectors.refused].flatMap(({ hex }) =>
      CODECS.map((_, table) => Uint8Array.of(table, ...bytesOf(hex))),
    ),

  mutate(input, other, draw) {
    if (draw.chance(0.6) || input.length === 0) return mutateBytes(input, other, draw);
    const at = draw.below(input.length) + 1;
    if (draw.chance(0.05)) return spliced(input, at, 0, PROTO_NAMED_MAP);
    const removed = draw.chance(0.7) ? Math.min(draw.few(6), input.length - at) : 0;
    return spliced(input, at, removed, Uint8Array.from(anyMessagePack(draw, draw.below(4))));
  },

  run(input, saw) {
    const codec = CODECS[(input[0] ?? 0) % CODECS.length]!;
    const bytes = input.slice(1);
    const outcome = decoded(codec, bytes);
    promise(Buffer.compare(bytes, input.subarray(1)) === 0, () => 'decoding changed the bytes');
    checkPrototypes();
    decodeFailure(codec, { code: 'UNKNOWN', executed: 'unknown', origin: 'remote', payload: bytes }, 'a.b');
    if (typeof outcome === 'string') return saw(outcome);
    checkValue(outcome.value, { bytes, depthMax: VALUE_DEPTH_MAX, holesMax: ARRAY_HOLES_MAX, classes: [Point] });
    checkSentOn(codec, outcome.value);
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 1])
      if (length < bytes.length)
        promise(
          typeof decoded(codec, bytes.subarray(0, length)) === 'string',
          () => `${length} bytes are a value, too`,
        );
  },
};

/** What bytes are; for those that are refused, why. */
function decoded(codec: Codec, bytes: Uint8Array): { readonly value: unknown } | string {
  try {
    return { value: codec.decode(bytes) };
  } catch (error) {
    if (!RpcError.is(error) || error.code !== 'INVALID_ARGUMENT') throw error;
    return reasonOf(error.message);
  }
}

/** What it begins with, without what it quotes. */
function reasonOf(message: string): string {
  const [, reason = message] = message.split(': ');
  return reason.replaceAll(/\d+|".*"/g, '…').slice(0, 60);
}

/** Whatever was received can be sent on, and arrives as it is. */
function checkSentOn(codec: Codec, value: unknown): void {
  const sent = codec.encode(value);
  const arrived = codec.decode(sent);
  const place = difference(value, arrived);
  if (place !== undefined) throw new Violation(`what was decoded and is sent on arrives otherwise: ${place}`);
  promise(Buffer.compare(codec.encode(arrived), sent) === 0, () => 'what arrived is encoded to other bytes');
}
