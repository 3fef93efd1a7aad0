import type { StartedCall } from '../calling/started-call';
import type { Engine, EngineOutput } from '../engine/engine';
import { EngineSet } from './engine-set';

type Output = EngineOutput<StartedCall>;

/** An engine that owns datagrams which begin with a byte of its own, and wants what it is told to want. */
function engineOf(wire: Engine['wire'], first: number): { engine: Engine<StartedCall>; wanted: Output[] } {
  const wanted: Output[] = [];
  const engine: Partial<Engine<StartedCall>> = {
    wire,
    owns: (datagram) => datagram[0] === first,
    takeOutput: () => wanted.shift(),
    settle: () => 100 * first,
  };
  return { engine: engine as Engine<StartedCall>, wanted };
}

const dropped = (bytes: number): Output => ({
  kind: 'dropped',
  reason: 'late',
  from: { host: '10.0.0.1', port: 1 },
  bytes,
});

test('a datagram belongs to the engine that owns its first byte, or to none', () => {
  const [native, rpcudp] = [engineOf('native', 1), engineOf('rpcudp', 2)];
  const set = new EngineSet([native.engine, rpcudp.engine]);
  expect([1, 2, 3].map((first) => set.ownerOf(Uint8Array.of(first))?.wire)).toEqual(['native', 'rpcudp', undefined]);
});

test('a wire is that of the engine, by default of the first, and one that is not spoken is refused', () => {
  const set = new EngineSet([engineOf('rpcudp', 2).engine]);
  expect(set.speaking().wire).toBe('rpcudp');
  expect(() => set.speaking('native')).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: "This endpoint does not speak the wire 'native', only: rpcudp. Name it in wires when binding.",
    }),
  );
});

test('all that engines want is handed out, also what one comes to want through another', () => {
  const [native, rpcudp] = [engineOf('native', 1), engineOf('rpcudp', 2)];
  const set = new EngineSet([native.engine, rpcudp.engine]);
  native.wanted.push(dropped(1));
  rpcudp.wanted.push(dropped(2));
  const seen: unknown[] = [];
  set.drain(({ wire }, output) => {
    const { bytes } = output as Extract<Output, { kind: 'dropped' }>;
    seen.push([wire, bytes]);
    // A handler that the second runs calls over the first.
    if (bytes === 2) native.wanted.push(dropped(3));
  });
  expect(seen).toEqual([
    ['native', 1],
    ['rpcudp', 2],
    ['native', 3],
  ]);
});

test('the set is to be woken when the first of them is', () => {
  expect(new EngineSet([engineOf('native', 7).engine, engineOf('rpcudp', 2).engine]).settle()).toBe(200);
});
