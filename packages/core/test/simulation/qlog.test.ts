/** What an endpoint writes of itself. */
import { createClient } from '@rpcudp/client';
import { RpcError, defineService } from '../../src/index';
import type { EndpointOptions } from '../../src/endpoint';
import { loadCrypto } from '../../src/security';
import { SimulatedNetwork, type NetworkConditions } from '../../src/testing';
import { qlogFaults, recordsOf, type QlogRecord } from '../qlog-schema';

interface Vault {
  keep(bytes: Uint8Array, word: string): string;
  fail(word: string): void;
  count(upTo: number, word: string): AsyncIterable<string>;
}
const Vault = defineService<Vault>('Vault', { keep: {}, fail: {}, count: { stream: true } });

/** A sink that keeps what it is given. */
class Kept {
  written = '';
  writableLength = 0;

  write(text: string): void {
    this.written += text;
  }

  get events(): QlogRecord[] {
    return recordsOf(this.written).events;
  }

  of(name: string): QlogRecord[] {
    return this.events.filter((event) => event.name === name);
  }
}

function setUp(conditions: NetworkConditions = {}, options: EndpointOptions = {}, peer: { sharedSecret?: true } = {}) {
  const network = new SimulatedNetwork({ seed: 11, latencyMs: 10, beginsAt: 1_700_000_000_000, ...conditions });
  const [there, here] = [new Kept(), new Kept()];
  const server = network.bind({ ...options, qlog: there });
  server.serve(Vault, {
    keep: (bytes, word) => `${bytes.length} ${word}`,
    fail: (word) => {
      throw new RpcError('NOT_FOUND', word);
    },
    async *count(upTo, word) {
      for (let index = 0; index < upTo; index += 1) yield await Promise.resolve(`${word} ${index}`);
    },
  });
  const caller = network.bind({ host: '10.0.0.2', ...options, qlog: here });
  const vault = createClient(Vault, caller.peer(server.address, peer as object));
  return { network, server, caller, vault, there, here };
}

interface Frame {
  readonly frame_type: string;
  readonly call_number?: number;
  readonly offset?: number;
}

const numberOf = ({ data }: QlogRecord): number => (data.header as { packet_number: number }).packet_number;
/** The parts in a packet. */
const partsOf = ({ data }: QlogRecord): string[] =>
  (data.frames as Frame[]).flatMap(({ frame_type, call_number, offset }) =>
    frame_type === 'part' ? [`${call_number} ${offset}`] : [],
  );

test('the qlog of a transfer over a lossy way is one by the schema, and shows what is lost and what repairs it', async () => {
  const { network, vault, there, here, caller } = setUp({ loss: 0.05, bytesPerSecond: 2_000_000 });
  await network.until(vault.keep(new Uint8Array(300_000), ''));
  await network.until(caller.close());
  await network.advance(100);
  expect(qlogFaults(here.written)).toEqual([]);
  expect(qlogFaults(there.written)).toEqual([]);
  const sent = here.of('quic:packet_sent');
  const lost = here.of('quic:packet_lost');
  expect(lost.length).toBeGreaterThan(5);
  const repairs = lost.map((loss) => {
    const parts = partsOf(sent.find((packet) => numberOf(packet) === numberOf(loss))!);
    const others = sent.filter((other) => numberOf(other) !== numberOf(loss));
    return others.find((other) => parts.every((part) => partsOf(other).includes(part)))?.time;
  });
  // What a probe has sent again already does not go out once more when it is lost.
  expect(repairs).not.toContain(undefined);
  expect(repairs.filter((time, index) => time! >= lost[index]!.time).length).toBeGreaterThan(5);
  const acked = here.of('quic:packets_acked').flatMap(({ data }) => data.packet_numbers as number[]);
  expect(acked.length).toBeGreaterThan(250);
  const windows = here.of('quic:recovery_metrics_updated').map(({ data }) => data.congestion_window as number);
  expect(Math.max(...windows)).toBeGreaterThan(2 * Math.min(...windows));
});

test('times are milliseconds since the endpoint was bound, and the wall clock says when that was', async () => {
  const { network, vault, here } = setUp();
  await network.advance(500);
  await network.until(vault.keep(new Uint8Array(1), ''));
  const { head, events } = recordsOf(here.written);
  expect(head).toMatchObject({
    trace: { common_fields: { reference_time: { wall_clock_time: '2023-11-14T22:13:20.000Z' } } },
  });
  expect(events[0]!.time).toBeCloseTo(500, 2);
});

test('each event says of which association it is, by the same name at both ends, and methods have names', async () => {
  const { network, vault, there, here } = setUp();
  await network.until(vault.keep(new Uint8Array(1), ''));
  await network.advance(0);
  const groups = new Set([...here.events, ...there.events].map(({ group_id }) => group_id));
  expect(groups.size).toBe(1);
  expect([...groups][0]).toMatch(/^[0-9a-f]{8}$/);
  expect(here.of('rpcudp:call_started')[0]!.data).toMatchObject({ method_name: 'Vault.keep' });
  expect(there.of('rpcudp:request_received')[0]!.data).toMatchObject({ method_name: 'Vault.keep' });
  expect(here.of('rpcudp:call_ended')[0]!.data).toMatchObject({ outcome: 'answered' });
});

test('calls that fail, streams, a peer that moves and what is dropped are in it, by the schema', async () => {
  const { network, vault, there, here, caller, server } = setUp();
  await expect(network.until(vault.fail('no'))).rejects.toThrow();
  const read = (async () => {
    const items: string[] = [];
    for await (const item of vault.count(3, 'x')) items.push(item);
    return items;
  })();
  expect(await network.until(read)).toHaveLength(3);
  await network.advance(1000);
  caller.moveTo({ host: '10.0.0.9', port: 9 });
  await network.until(vault.keep(new Uint8Array(1), ''));
  network.inject(Uint8Array.of(0xff, 1), { host: '10.0.0.7', port: 7 }, server.address);
  await network.advance(1000);
  expect(qlogFaults(here.written)).toEqual([]);
  expect(qlogFaults(there.written)).toEqual([]);
  expect(there.of('quic:packet_dropped').map(({ data }) => data)).toEqual([
    { raw: { length: 2 }, trigger: 'invalid', details: { reason: 'unknown-type' } },
  ]);
  expect(there.of('quic:migration_state_updated').map(({ data }) => data.new)).toEqual([
    ...['migration_started', 'migration_complete'],
  ]);
  expect(here.of('quic:stream_state_updated').map(({ data }) => data.new)).toEqual(['open', 'closed']);
});

test('the rpcudp wire is in it as datagrams, by the schema', async () => {
  const { network, vault, there, here } = setUp({}, { wires: ['rpcudp'] });
  await network.until(vault.keep(new Uint8Array(1), 'w'));
  await network.advance(10);
  expect(qlogFaults(here.written)).toEqual([]);
  expect(qlogFaults(there.written)).toEqual([]);
  expect(here.events.map(({ name }) => name)).toEqual([
    ...['quic:udp_datagrams_sent', 'quic:udp_datagrams_received', 'rpcudp:call_ended'],
  ]);
  expect(there.of('quic:udp_datagrams_received')[0]!.data).toMatchObject({ message_type: 'request', method: 'keep' });
});

const SECRET = 'arguments-and-results-stay-secret';
/** Bytes that stand in for whatever a program sends, in every form that a qlog could have them in. */
const bytes = new TextEncoder().encode(SECRET);
const hex = Buffer.from(bytes).toString('hex');

/** Uses what the rpcudp wire has not. */
async function failAndStream(vault: ReturnType<typeof setUp>['vault']): Promise<void> {
  await Promise.resolve(vault.fail(SECRET)).catch(() => undefined);
  for await (const item of vault.count(3, SECRET)) if (!item.startsWith(SECRET)) throw new Error('Another item came.');
}

test.each([
  ['native', {}, {}],
  ['rpcudp', { wires: ['rpcudp'] as const }, {}],
  ['sealed', { security: { sharedSecret: new Uint8Array(32).fill(0x5a) } }, { sharedSecret: true as const }],
])(
  'nothing of arguments, results, failures, items and keys is in a qlog of the %s wire',
  async (name, options, peer) => {
    await loadCrypto();
    const { network, vault, there, here } = setUp({}, options, peer);
    await network.until(vault.keep(bytes, SECRET));
    if (name !== 'rpcudp') await network.until(failAndStream(vault));
    await network.advance(1000);
    for (const { written } of [there, here]) {
      expect(qlogFaults(written)).toEqual([]);
      expect(written.length).toBeGreaterThan(500);
      for (const form of [SECRET, hex, Buffer.from(bytes).toString('base64').slice(0, 20), '5a5a5a5a', 'Wlpa'])
        expect(written).not.toContain(form);
    }
  },
);

test('what tells who is who is no more than four bytes of an id', async () => {
  const { network, vault, there, here } = setUp();
  const ids: string[] = [];
  network.tap = (datagram) => ids.push(Buffer.from(datagram.subarray(1, 17)).toString('hex'));
  await network.until(vault.keep(new Uint8Array(1), ''));
  const [group] = new Set(here.events.map(({ group_id }) => group_id));
  const id = ids.map((text) => text.indexOf(group!)).find((at) => at >= 0)!;
  expect(id).toBeGreaterThanOrEqual(0);
  const whole = ids.find((text) => text.includes(group!))!.slice(id, id + 10);
  expect(here.written + there.written).not.toContain(whole);
});

test('while a sink is behind by more than QLOG_WAITING_BYTES_MAX events are dropped, and counted when it has caught up', async () => {
  const { network, vault, here, caller } = setUp();
  await network.until(vault.keep(new Uint8Array(1), ''));
  const before = here.events.length;
  here.writableLength = 16 * 1024 * 1024 + 1;
  await network.until(vault.keep(new Uint8Array(10_000), ''));
  await network.advance(1000);
  expect(here.events).toHaveLength(before);
  const { dropped } = caller.stats().qlog;
  expect(dropped).toBeGreaterThan(20);
  here.writableLength = 16 * 1024 * 1024;
  await network.until(vault.keep(new Uint8Array(1), ''));
  await network.advance(1000);
  expect(qlogFaults(here.written)).toEqual([]);
  expect(here.of('rpcudp:events_dropped').map(({ data }) => data)).toEqual([{ count: dropped }]);
  expect(caller.stats().qlog.written).toBe(here.events.length - 1);
});

test('what comes in one turn is handed over at once, or in pieces of QLOG_BATCH_CHARACTERS_MAX', async () => {
  const pieces: number[] = [];
  const network = new SimulatedNetwork({ seed: 2 });
  const server = network.bind();
  server.serve(Vault, { keep: (given) => `${given.length}`, fail: () => undefined, count: () => undefined as never });
  const caller = network.bind({ host: '10.0.0.2', qlog: { write: (text) => pieces.push(text.length) } });
  const vault = createClient(Vault, caller.peer(server.address));
  await network.advance(0);
  const head = pieces.length;
  await network.until(vault.keep(new Uint8Array(1), ''));
  expect(pieces.length - head).toBeLessThanOrEqual(4);
  await network.until(Promise.all(Array.from({ length: 500 }, () => vault.keep(new Uint8Array(900), ''))));
  expect(Math.max(...pieces)).toBeGreaterThan(10_000);
  expect(Math.max(...pieces)).toBeLessThan(65_536 + 20_000);
});

test('a sink that throws ends the qlog, is logged once, and harms nothing else', async () => {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const network = new SimulatedNetwork();
  let calls = 0;
  const qlog = {
    write(): never {
      calls += 1;
      throw new Error('disk full');
    },
  };
  const server = network.bind({ qlog, logger: { debug: keep, info: keep, warn: keep, error: keep } });
  server.serve(Vault, { keep: () => 'kept', fail: () => undefined, count: () => undefined as never });
  const vault = createClient(Vault, network.bind().peer(server.address));
  const reply = await network.until(vault.keep(new Uint8Array(1), ''));
  expect(reply.received && reply.value).toBe('kept');
  expect(calls).toBe(1);
  expect(lines.filter((line) => line.includes('disk full'))).toHaveLength(1);
});

test.each([null, 'file.qlog', {}, { write: 'x' }, 5])('%j is no sink', (qlog) => {
  const network = new SimulatedNetwork();
  expect(() => network.bind({ qlog } as never)).toThrow(
    /^qlog must be a stream, or an object with write\(text\), not /,
  );
});
