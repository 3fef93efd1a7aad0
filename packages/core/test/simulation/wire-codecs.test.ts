/** Each wire has a codec of its own, whatever crosses it: arguments, results, metadata and the details of failures. */
import { createClient, withOptions } from '@rpcudp/client';
import { RpcError, defineService, messagePack, type Codec, type WireName } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';

interface Echo {
  echo(value: string): string;
  refuse(): never;
}

const EchoContract = defineService<Echo>('Echo', { echo: {}, refuse: {} });
const echo: Echo = {
  echo: (value) => value,
  refuse: () => {
    throw new RpcError('ABORTED', 'No.', { details: 'because' });
  },
};

/** Writes down by wire what it is given and what it gives. */
function recording(): { codec: Codec; seen: Record<string, unknown[]> } {
  const plain = messagePack();
  const seen: Record<string, unknown[]> = { none: [], native: [], rpcudp: [] };
  const named = (name: string): Codec => ({
    name,
    encode: (value) => (seen[name]!.push(value), plain.encode(value)),
    decode: (bytes) => {
      const value = plain.decode(bytes);
      seen[name]!.push(value);
      return value;
    },
  });
  return { codec: { ...named('none'), forWire: named }, seen };
}

function pair(wires: readonly WireName[], codec: Codec) {
  const network = new SimulatedNetwork();
  const server = network.bind({ codec, wires, logger: silent });
  server.serve(EchoContract, echo);
  const caller = network.bind({ codec, wires });
  return { network, client: createClient(EchoContract, caller.peer(server.address)) };
}

test('a codec with forWire is asked for one for each wire, and that one alone is used there', async () => {
  for (const wire of ['native', 'rpcudp'] as const) {
    const { codec, seen } = recording();
    const other = wire === 'native' ? 'rpcudp' : 'native';
    const { network, client } = pair([wire, other], codec);
    expect(await network.until(client.echo('a'))).toEqual({ received: true, value: 'a' });
    expect(seen).toEqual({ none: [], [other]: [], [wire]: [['a'], ['a'], 'a', 'a'] });
  }
});

test('it also reads and writes metadata and the details of errors', async () => {
  const { codec, seen } = recording();
  const { network, client } = pair(['native'], codec);
  const call = withOptions(client, { metadata: { trace: '7' } }).refuse();
  await expect(network.until(call)).rejects.toMatchObject({ code: 'ABORTED', details: 'because' });
  expect(seen.none).toEqual([]);
  expect(seen.native).toEqual(expect.arrayContaining([{ trace: '7' }, ['No.', 'because']]));
});

test('a codec without forWire is used as it is on every wire', async () => {
  for (const wire of ['native', 'rpcudp'] as const) {
    const { codec, seen } = recording();
    const { network, client } = pair([wire], { name: codec.name, encode: codec.encode, decode: codec.decode });
    expect(await network.until(client.echo('a'))).toEqual({ received: true, value: 'a' });
    expect(seen).toEqual({ none: [['a'], ['a'], 'a', 'a'], native: [], rpcudp: [] });
  }
});
