/** Memory of large messages is used again: by none before nobody needs it any more. */
import { createClient, withOptions } from '@rpcudp/client';
import { defineService, messagePack, type Codec } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';

interface Mirror {
  turn(bytes: Uint8Array): Uint8Array;
}
const MirrorContract = defineService<Mirror>('Mirror', { turn: {} });

const SIZE = 300_000;

function fail(why: string): never {
  throw new Error(why);
}

const filled = (byte: number): Uint8Array => new Uint8Array(SIZE).fill(byte);

function pair(codec: Codec, loss: number) {
  const network = new SimulatedNetwork({ seed: 5, loss, latencyMs: 5 });
  const options = { codec, logger: silent };
  const server = network.bind({ host: '10.0.0.1', port: 1, ...options });
  server.serve(MirrorContract, { turn: (bytes) => bytes.reverse() });
  const client = createClient(
    MirrorContract,
    network.bind({ host: '10.0.0.2', port: 2, ...options }).peer(server.address),
  );
  return { network, client: withOptions(client, { timeoutMs: 60_000 }) };
}

test('large messages arrive as they were sent, one after the other and at once, also beside some that are given up', async () => {
  const { network, client } = pair(messagePack(), 0.05);
  for (let round = 0; round < 4; round += 1) {
    const calls = Array.from({ length: 5 }, (_, index) => client.turn(filled(10 * round + index)));
    const controller = new AbortController();
    const givenUp = withOptions(client, { signal: controller.signal }).turn(filled(255));
    await network.advance(12);
    controller.abort();
    const late = client.turn(filled(254));
    for (const [index, call] of [...calls, late].entries()) {
      const reply = await network.until(call);
      const byte = index < calls.length ? 10 * round + index : 254;
      expect(reply.received && Buffer.compare(reply.value, filled(byte))).toBe(0);
    }
    await expect(network.until(givenUp)).rejects.toMatchObject({ code: 'CANCELLED' });
  }
});

describe('a byte string that ends the arguments or is the result', () => {
  test('arrives in memory of its own, of which it has all', async () => {
    const { network, client } = pair(messagePack(), 0.05);
    for (const byte of [1, 2]) {
      const reply = await network.until(client.turn(filled(byte)));
      if (!reply.received) throw new Error('It is lost.');
      expect(Buffer.compare(reply.value, filled(byte))).toBe(0);
      expect([reply.value.byteOffset, reply.value.buffer.byteLength]).toEqual([0, SIZE]);
    }
  });

  test('is received where it stays, and not copied by the codec', async () => {
    const inner = messagePack();
    const kept: Uint8Array[] = [];
    const bulk: Codec['bulk'] = {
      startIn: (first, totalBytes) => inner.bulk!.startIn(first, totalBytes),
      decode: (bytes, rest) => (kept.push(rest), inner.bulk!.decode(bytes, rest)),
    };
    const codec: Codec = { name: 'watched', encode: (value) => inner.encode(value), decode: () => [], bulk };
    const { network, client } = pair(codec, 0);
    const reply = await network.until(client.turn(filled(3)));
    expect(kept.map((rest) => rest.length)).toEqual([SIZE, SIZE]);
    expect(reply).toEqual({ received: true, value: kept[1] });
    expect(reply.received && reply.value === kept[1]).toBe(true);
  });

  test.each([
    ['throws', () => fail('as it should')],
    ['finds its beginning beyond what has come', (_first: Uint8Array, totalBytes: number) => totalBytes],
    ['finds it before the first', () => -1],
    ['knows no number', () => NaN],
  ])('is decoded with what is before it where a codec %s', async (_, startIn) => {
    const inner = messagePack();
    const codec: Codec = {
      name: 'mistaken',
      encode: (value) => inner.encode(value),
      decode: (bytes) => inner.decode(bytes),
      bulk: { startIn, decode: () => fail('nothing lies apart') },
    };
    const { network, client } = pair(codec, 0);
    expect(await network.until(client.turn(filled(3)))).toEqual({ received: true, value: filled(3) });
  });
});

test('a codec gets the bytes of arguments back once, when their call is over', async () => {
  const inner = messagePack();
  const encoded: unknown[] = [];
  const recycled: Uint8Array[] = [];
  const codec: Codec = {
    name: 'lending',
    encode: (value) => {
      const bytes = inner.encode(value);
      encoded.push(bytes);
      return bytes;
    },
    decode: (bytes) => inner.decode(bytes),
    recycle: (bytes) => void recycled.push(bytes),
  };
  const { network, client } = pair(codec, 0);
  const call = client.turn(filled(1));
  await network.advance(8);
  expect([encoded.length, recycled.length]).toEqual([1, 0]);
  await network.until(call);
  expect(recycled).toHaveLength(1);
  expect(recycled[0]).toBe(encoded[0]);
});

test('the default codec writes into memory that it got back', () => {
  const codec = messagePack();
  const first = codec.encode([filled(1)]);
  const copy = first.slice();
  codec.recycle!(first);
  const second = codec.encode([filled(2)]);
  expect(second.buffer === first.buffer).toBe(true);
  expect(codec.decode(second)).toEqual([filled(2)]);
  const third = codec.encode([filled(1)]);
  expect([third.buffer === second.buffer, Buffer.compare(third, copy)]).toEqual([false, 0]);
});
