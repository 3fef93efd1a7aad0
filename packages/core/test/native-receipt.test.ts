import vectors from '../../../docs/vectors/native.json';
import { bytes, vectorEngine } from './vector-engine';

const ACCEPTOR = 'a1a2a3a4a5a6a7a8';

interface Step {
  readonly atMs: number;
  readonly from: string;
  readonly hex: string;
  readonly drops?: string;
  readonly resets?: string;
}

function addressOf(text: string): { host: string; port: number } {
  const [host, port] = text.split(':');
  return { host: host!, port: Number(port) };
}

/** What an endpoint that was bound at 0 ms does with datagrams, one after the other: docs/protocol.md §5.2. */
test.each(vectors.receipt.map(({ name, steps }) => [name, steps as Step[]] as const))('%s', (_name, steps) => {
  const { engine, drain } = vectorEngine(ACCEPTOR, () => Uint8Array.of(3));
  for (const { atMs, from, hex, drops, resets } of steps) {
    engine.receive(bytes(hex), addressOf(from), atMs);
    const { sent, dropped } = drain(atMs);
    const reset = sent.find((datagram) => datagram.hex.startsWith('c3'));
    expect({ drops: dropped[0], resets: reset?.hex, to: reset?.to }).toEqual({
      drops,
      resets,
      to: resets === undefined ? undefined : addressOf(from),
    });
  }
});
