import vectors from '../../../docs/vectors/native.json';
import { FRAME_TYPES } from '../src/wire/native/frames';
import { decodePacket } from '../src/wire/native/packet';
import { bytes, hex, vectorEngine, type Sent } from './vector-engine';

const ACCEPTOR = 'a1a2a3a4a5a6a7a8';

interface Step {
  readonly atMs: number;
  readonly from: string;
  readonly hex: string;
  readonly drops?: string;
  readonly resets?: string;
  readonly answers?: { readonly type: keyof typeof FRAME_TYPES; readonly [field: string]: unknown };
  readonly to?: string;
  readonly answersNoCall?: boolean;
}

function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}

function addressOf(text: string): { host: string; port: number } {
  const [host, port] = text.split(':');
  return { host: host!, port: Number(port) };
}

/** The frames in packets that answer something, with their bytes in hexadecimal, and where they went. */
function answersIn(sent: readonly Sent[]): { readonly type: number }[] {
  return sent.flatMap(({ hex: data, to }) => {
    const packet = decodePacket(bytes(data));
    if (typeof packet === 'string' || !('frames' in packet)) return [];
    return packet.frames.map((frame) => {
      const fields = Object.entries(frame).map(([name, value]: [string, unknown]) => [
        name,
        value instanceof Uint8Array ? hex(value) : value,
      ]);
      return { ...(Object.fromEntries(fields) as { type: number }), to: addressText(to) };
    });
  });
}

/** What an endpoint that was bound at 0 ms does with datagrams, one after the other: docs/protocol.md §5.2. */
test.each(vectors.receipt.map(({ name, steps }) => [name, steps as Step[]] as const))('%s', (_name, steps) => {
  const { engine, drain } = vectorEngine(ACCEPTOR, () => Uint8Array.of(3));
  for (const step of steps) {
    const { atMs, from, hex: datagram, drops, resets, answers, to = from, answersNoCall } = step;
    engine.receive(bytes(datagram), addressOf(from), atMs);
    const { sent, dropped } = drain(atMs);
    const reset = sent.find((one) => one.hex.startsWith('c3'));
    expect({ drops: dropped[0], resets: reset?.hex }).toEqual({ drops, resets });
    const ofCalls = answersIn(sent).filter(({ type }) => type === FRAME_TYPES.RESULT || type === FRAME_TYPES.FAILURE);
    expect(answersNoCall === true ? ofCalls : []).toEqual([]);
    const sameType = answersIn(sent).filter(({ type }) => answers !== undefined && type === FRAME_TYPES[answers.type]);
    const expected = answers === undefined ? [] : [{ ...answers, type: FRAME_TYPES[answers.type], to }];
    expect(sameType).toMatchObject(expected);
  }
});
