/** What is sent on the native wire arrives as itself, at both ends. */
import fc from 'fast-check';
import { createClient } from '@rpcudp/client';
import { defineService } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { anyValue } from '../any-value';
import { difference } from '../value-difference';

interface Mirror {
  show(value: unknown): unknown;
}

const MirrorContract = defineService<Mirror>('Mirror', { show: {} });

test('ten thousand values arrive as themselves, as an argument and as a result', async () => {
  const network = new SimulatedNetwork();
  let received: unknown;
  const server = network.bind();
  server.serve(MirrorContract, { show: (value) => (received = value) });
  const client = createClient(MirrorContract, network.bind().peer(server.address));
  const kinds = new Set<string>();

  await fc.assert(
    fc.asyncProperty(anyValue, async (value) => {
      const reply = await network.until(client.show(value));
      kinds.add(Object.prototype.toString.call(value));
      expect(difference(value, received)).toBeUndefined();
      expect(reply.received).toBe(true);
      expect(difference(value, reply.received ? reply.value : undefined)).toBeUndefined();
    }),
    { numRuns: 10_000, seed: 10 },
  );
  expect(kinds.size).toBeGreaterThan(25);
}, 300_000);

test('a comparison that overlooks nothing says where two values differ', () => {
  const pairs: [unknown, unknown, string][] = [
    [0, -0, 'value'],
    [[undefined], new Array(1), 'value (0 and 1 entries)'],
    [{ a: 1n }, { a: 1 }, 'value.a'],
    [new Error('a'), new RangeError('a'), 'value (prototype)'],
    [new Error('a'), Object.assign(new Error(), { message: 'a' }), 'value.message (enumerable)'],
    [new Map([[1, 2]]), new Map([['1', 2]]), 'value.0 (key)'],
    [new Set([[1]]), new Set([[2]]), 'value.0.0'],
    [Int8Array.of(1), Int8Array.of(2), 'value (content)'],
    [Int8Array.of(1), Uint8Array.of(1), 'value (prototype)'],
    [/a/g, /a/, 'value (content)'],
    [{ a: { b: new Date(1) } }, { a: { b: new Date(2) } }, 'value.a.b (content)'],
  ];
  for (const [a, b, place] of pairs)
    expect(difference(b, a) === undefined ? undefined : difference(a, b)).toContain(place.split(' (0')[0]);
});
