import vectors from '../../../docs/vectors/rpcudp-wire.json';
import { messagePack } from '../src/codec/messagepack';
import { defineService } from '../src/service/define-service';
import { SimulatedNetwork } from '../src/testing';
import { decodeDatagram, encodeRequest, encodeResponse, packedRequestBytes } from '../src/wire/rpcudp';
import { holdsIntegralFloat, recordedValue } from './recorded-values';

const codec = messagePack().forWire!('rpcudp');
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const calls = vectors.calls as {
  method: string;
  args: unknown[];
  request: string;
  response?: string;
  value?: unknown;
}[];
const titled = calls.map((call, index) => [`${index}: ${call.method}`, call] as const);

function decodedRequest(datagram: Uint8Array): { id: Uint8Array; method: string; args: unknown } {
  const frame = decodeDatagram(datagram);
  if (typeof frame === 'string' || frame.type !== 'request') throw new Error('not a request');
  return { id: frame.id, method: Buffer.from(frame.method).toString(), args: codec.decode(frame.args) };
}

describe('the recorded calls of the Python library', () => {
  test('there are 64 of them', () => {
    expect(calls).toHaveLength(64);
  });

  test.each(titled)('request %s decodes to what was recorded', (_title, call) => {
    const { method, args } = decodedRequest(bytes(call.request));
    expect(method).toBe(call.method);
    expect(args).toEqual(call.args.map(recordedValue));
  });

  // A float that is a whole number is the same number as the integer in JavaScript, and goes as the shorter of the two.
  test.each(titled.filter(([, call]) => !holdsIntegralFloat(call.args)))(
    'request %s encodes to the very bytes again',
    (_title, call) => {
      const { id } = decodedRequest(bytes(call.request));
      const args = codec.encode(call.args.map(recordedValue));
      expect(hex(encodeRequest(id, Buffer.from(call.method), args))).toBe(call.request);
    },
  );

  test('two recorded arguments have two encodings, float 0.0 and 1.0, and go as integers', () => {
    const floats = calls.filter((call) => holdsIntegralFloat(call.args)).map((call) => call.args);
    expect(floats).toEqual([[{ $float: '0.0' }], [{ $float: '1.0' }]]);
    expect(hex(codec.encode([recordedValue({ $float: '1.0' })]))).toBe('9101');
  });

  const answered = titled.filter(([, call]) => call.response !== undefined && 'value' in call);
  test.each(answered)('response %s decodes to what was recorded', (_title, call) => {
    const frame = decodeDatagram(bytes(call.response!));
    expect(frame).toMatchObject({ type: 'response' });
    if (typeof frame === 'string' || frame.type !== 'response') return;
    expect(codec.decode(frame.value)).toEqual(recordedValue(call.value));
    expect(hex(encodeResponse(frame.id, frame.value))).toBe(call.response);
  });
});

test.each(vectors.request_limit)('a request of $packed_bytes packed bytes is sent: $accepted', async (limit) => {
  const network = new SimulatedNetwork();
  const call = network
    .bind({ wires: ['rpcudp'] })
    .peer({ host: '10.0.0.2', port: 1 })
    .call({ ...echoContract() }, ['a'.repeat(limit.string_length)]);
  const args = codec.encode(['a'.repeat(limit.string_length)]);
  expect(packedRequestBytes(Buffer.from('echo'), args)).toBe(limit.packed_bytes);
  const outcome = await network.until(call).then(
    () => 'sent',
    (error: unknown) => (error as { code: string }).code,
  );
  expect(outcome).toBe(limit.accepted ? 'sent' : 'PAYLOAD_TOO_LARGE');
});

interface Echo {
  echo(value: unknown): unknown;
}
const Echo = defineService<Echo>('Echo', { echo: {} });
const echoContract = (): Parameters<ReturnType<ReturnType<SimulatedNetwork['bind']>['peer']>['call']>[0] =>
  Echo.methods.get('echo')!;

describe('the recorded bad datagrams', () => {
  /** Where we differ from Python, which answers both. */
  const dropped = new Set(['args is a string', 'trailing bytes']);

  test('there are 15 of them', () => {
    expect(vectors.hostile).toHaveLength(15);
  });

  test.each(vectors.hostile)('$name', async ({ name, datagram, reply }) => {
    const network = new SimulatedNetwork();
    const server = network.bind({ wires: ['rpcudp'], logLevel: 'silent' });
    server.serve(Echo, { echo: (value) => value });
    const replies: string[] = [];
    const from = { host: '10.0.0.9', port: 9 };
    network.tap = (sent, to) => {
      if (to.host === from.host) replies.push(hex(sent));
    };
    network.inject(bytes(datagram), from, server.address);
    await network.advance(10);
    expect(replies).toEqual(reply === null || dropped.has(name) ? [] : [reply]);
    const { dropped: drops, requests } = server.stats();
    const counted = Object.values(drops).reduce((sum, count) => sum + count, 0);
    expect(counted + requests.answered).toBe(1);
  });
});
