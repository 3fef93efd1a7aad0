import { RpcError } from '../../errors';
import { DATAGRAM_BYTES_MAX, RPCUDP_REQUEST_BYTES_MAX, RPCUDP_SOURCES_MAX } from '../../limits';
import { SeededRandom } from '../../testing/random';
import { encodeRequest, encodeResponse } from '../../wire/rpcudp';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../engine';
import { Excess } from './excess';
import { RpcudpEngine } from './rpcudp-engine';

const peer = { host: '10.0.0.1', port: 1 };
const stranger = { host: '10.0.0.1', port: 2 };
const method = new TextEncoder().encode('echo');
const args = Uint8Array.of(0x91, 0x01);
const call = (deadline = 5000): OutgoingCall => ({
  to: peer,
  method: { key: 'echo', bytes: method },
  args,
  deadline,
  delivery: 'at-most-once',
  oneWay: false,
  metadata: undefined,
});

function newEngine(
  options: { running?: number; excess?: number; random?: (length: number) => Uint8Array } = {},
): RpcudpEngine<OutgoingCall> {
  const seeded = new SeededRandom(1);
  return new RpcudpEngine(
    {
      runningHandlersMax: options.running ?? 10,
      handlerTimeoutMs: 1000,
      excessBytesPerSecond: options.excess ?? 10_000,
    },
    options.random ?? ((length) => seeded.bytes(length)),
  );
}

function drain(engine: RpcudpEngine<OutgoingCall>): EngineOutput[] {
  const outputs: EngineOutput[] = [];
  for (let output = engine.takeOutput(); output !== undefined; output = engine.takeOutput()) outputs.push(output);
  return outputs;
}

function sent(engine: RpcudpEngine<OutgoingCall>): Uint8Array {
  const [output] = drain(engine);
  if (output?.kind !== 'transmit') throw new Error('nothing was sent');
  return output.datagram;
}

/** A response to a request, made of its id. */
const answerTo = (request: Uint8Array, ...value: number[]): Uint8Array =>
  encodeResponse(request.subarray(1, 21), Uint8Array.from(value));

const someId = Uint8Array.from({ length: 20 }, () => 7);
const someRequest = encodeRequest(someId, method, args);

function incoming(engine: RpcudpEngine<OutgoingCall>, now = 0): IncomingRequest {
  engine.receive(someRequest, stranger, now);
  const [output] = drain(engine);
  if (output?.kind !== 'request') throw new Error('no request came in');
  return output.request;
}

describe('a call', () => {
  test('goes out as one datagram and waits until its deadline', () => {
    const engine = newEngine();
    const made = call();
    engine.call(made, 0);
    const [output] = drain(engine);
    expect(output).toMatchObject({ kind: 'transmit', to: peer, call: made });
    expect(engine.settle()).toBe(5000);
    expect(engine.pendingCalls).toBe(1);
  });

  test('ends with a response with its id from the address that was called', () => {
    const engine = newEngine();
    const made = call();
    engine.call(made, 0);
    const request = sent(engine);
    engine.receive(answerTo(request, 42), peer, 1);
    expect(drain(engine)).toEqual([{ kind: 'response', call: made, payload: Uint8Array.of(42) }]);
    expect([engine.pendingCalls, engine.settle()]).toEqual([0, Infinity]);
    engine.receive(answerTo(request, 43), peer, 2);
    expect(drain(engine)).toMatchObject([{ kind: 'dropped', reason: 'unexpected-response' }]);
  });

  test.each([
    ['from another address', stranger, 'wrong-source', (id: Uint8Array): Uint8Array => id],
    ['with another id', peer, 'unexpected-response', (id: Uint8Array): Uint8Array => id.map((byte) => byte ^ 1)],
    [
      'with an id that differs in its last byte',
      peer,
      'unexpected-response',
      (id: Uint8Array): Uint8Array => id.map((byte, at) => (at === 19 ? byte ^ 1 : byte)),
    ],
  ])('is not answered by a response %s', (_what, from, reason, change) => {
    const engine = newEngine();
    engine.call(call(), 0);
    const id = change(sent(engine).slice(1, 21));
    engine.receive(encodeResponse(id, Uint8Array.of(42)), from, 1);
    expect(drain(engine)).toEqual([{ kind: 'dropped', reason, from, bytes: 22 }]);
    expect(engine.pendingCalls).toBe(1);
  });

  test('ends in silence at its deadline, not before, and a late response is unexpected', () => {
    const engine = newEngine();
    const made = call();
    engine.call(made, 0);
    const request = sent(engine);
    engine.wake(4999);
    expect(drain(engine)).toEqual([]);
    engine.wake(5000);
    expect(drain(engine)).toEqual([{ kind: 'silence', call: made }]);
    engine.receive(answerTo(request, 1), peer, 5001);
    expect(drain(engine)).toMatchObject([{ kind: 'dropped', reason: 'unexpected-response' }]);
  });

  test('that is cancelled is forgotten, and may be cancelled again', () => {
    const engine = newEngine();
    const handle = engine.call(call(), 0);
    engine.cancel(handle);
    engine.cancel(handle);
    engine.wake(10_000);
    expect(drain(engine)).toHaveLength(1);
    expect(engine.pendingCalls).toBe(0);
  });

  test('gets an id that no other pending call has, even if chance repeats itself', () => {
    const draws = [new Uint8Array(20), new Uint8Array(20), new Uint8Array(20).fill(1)];
    const engine = newEngine({ random: () => draws.shift()! });
    engine.call(call(), 0);
    engine.call(call(), 0);
    expect(engine.pendingCalls).toBe(2);
    expect(draws).toHaveLength(0);
  });

  test('of more packed bytes than the wire allows is refused with both figures, and nothing is sent', () => {
    const engine = newEngine();
    const fits = { ...call(), args: new Uint8Array(RPCUDP_REQUEST_BYTES_MAX - 6) };
    const tooLarge = { ...call(), args: new Uint8Array(RPCUDP_REQUEST_BYTES_MAX - 5) };
    engine.call(fits, 0);
    drain(engine);
    const refused = (): number => engine.call(tooLarge, 0);
    expect(refused).toThrow(RpcError);
    expect(refused).toThrow(/8193 bytes .* at most 8192/);
    expect(drain(engine)).toEqual([]);
    expect(engine.pendingCalls).toBe(1);
  });
});

describe('a request', () => {
  test('is handed out with its sender, and answered with its id', () => {
    const engine = newEngine();
    const request = incoming(engine);
    expect(request).toMatchObject({ from: stranger, method: 'echo', args, deadline: 1000, deadlineFromCaller: false });
    engine.respond(request, Uint8Array.of(42));
    expect(drain(engine)).toEqual([
      {
        kind: 'transmit',
        datagram: encodeResponse(someId, Uint8Array.of(42)),
        to: stranger,
        call: undefined,
        watched: true,
      },
    ]);
    expect([engine.unansweredRequests, engine.settle()]).toEqual([0, Infinity]);
  });

  test('is answered once, however often that is asked for', () => {
    const engine = newEngine();
    const request = incoming(engine);
    engine.respond(request, Uint8Array.of(1));
    engine.respond(request, Uint8Array.of(2));
    expect(drain(engine)).toHaveLength(1);
  });

  test('that is refused gets silence, for this wire cannot say no', () => {
    const engine = newEngine();
    const request = incoming(engine);
    engine.refuse(request);
    engine.respond(request, Uint8Array.of(1));
    expect(drain(engine)).toEqual([]);
    expect(engine.unansweredRequests).toBe(0);
  });

  test('whose result does not fit a datagram is refused with both figures, and can still be answered', () => {
    const engine = newEngine();
    const request = incoming(engine);
    const tooLarge = new Uint8Array(DATAGRAM_BYTES_MAX - 20);
    expect(() => engine.respond(request, tooLarge)).toThrow(/65508 bytes .* at most 65507/);
    engine.respond(request, tooLarge.subarray(1));
    expect(drain(engine)).toHaveLength(1);
  });

  test('that came twice is two requests, for this wire does not tell', () => {
    const engine = newEngine();
    incoming(engine);
    incoming(engine);
    expect(engine.unansweredRequests).toBe(2);
  });

  test('beyond the number that may run is dropped as overload', () => {
    const engine = newEngine({ running: 1 });
    const first = incoming(engine);
    engine.receive(someRequest, stranger, 0);
    expect(drain(engine)).toEqual([{ kind: 'dropped', reason: 'overload', from: stranger, bytes: someRequest.length }]);
    engine.refuse(first);
    expect(incoming(engine)).toBeDefined();
  });

  test('that takes too long is cancelled, and its answer is not sent any more', () => {
    const engine = newEngine();
    const request = incoming(engine, 100);
    expect(engine.settle()).toBe(1100);
    engine.wake(1100);
    expect(drain(engine)).toEqual([{ kind: 'cancelled', request, code: 'DEADLINE_EXCEEDED' }]);
    engine.respond(request, Uint8Array.of(1));
    expect(drain(engine)).toEqual([]);
  });
});

test('a datagram that is no frame is dropped with its reason', () => {
  const engine = newEngine();
  engine.receive(new Uint8Array(3), stranger, 0);
  expect(drain(engine)).toEqual([{ kind: 'dropped', reason: 'too-small', from: stranger, bytes: 3 }]);
});

test('the wire takes datagrams by their first byte, and calls methods by their names alone', () => {
  const engine = newEngine();
  expect([[0], [1], [], [2], [0xc1]].map((bytes) => engine.owns(Uint8Array.from(bytes)))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(engine.wireMethod(new TextEncoder().encode('Service'), method)).toEqual({ key: 'echo', bytes: method });
});

test('nothing is ever left to flush, and there is no last word', () => {
  const engine = newEngine();
  engine.call(call(), 0);
  expect(engine.flush(0)).toBe(false);
  drain(engine);
  engine.flush(0);
  engine.close();
  expect(drain(engine)).toEqual([]);
});

test.each([
  [someRequest, { type: 'request', id: '07070707', method }],
  [encodeResponse(someId, Uint8Array.of(1)), { type: 'response', id: '07070707', method: undefined }],
  [Uint8Array.of(0, 1), { type: 'request (too-small)', id: '01', method: undefined }],
  [Uint8Array.of(9, ...someId, 1), { type: 'unknown (unknown-type)', id: '07070707', method: undefined }],
])('a datagram is described for the log, whatever it is', (datagram, description) => {
  expect(newEngine().describe(datagram)).toEqual(description);
});

describe('answers that are larger than their requests', () => {
  const source = (host: string, port = 1): { host: string; port: number } => ({ host, port });

  /** Asks for an answer of so many bytes; gives whether it was sent. */
  function asks(engine: RpcudpEngine<OutgoingCall>, from: { host: string; port: number }, bytes: number, now: number) {
    engine.receive(someRequest, from, now);
    const [output] = drain(engine);
    if (output?.kind !== 'request') return false;
    engine.respond(output.request, new Uint8Array(bytes));
    return drain(engine).some(({ kind }) => kind === 'transmit');
  }

  test('are sent to one host up to a rate, whatever its port, and to others all the same', () => {
    const engine = newEngine({ excess: 2500 });
    expect([1, 2, 3].map((port) => asks(engine, source('10.0.0.9', port), 1000, 0))).toEqual([true, true, false]);
    expect(asks(engine, source('10.0.0.8'), 1000, 0)).toBe(true);
    expect(asks(engine, source('10.0.0.9'), 1000, 400)).toBe(true);
    expect(asks(engine, source('10.0.0.9'), 1000, 401)).toBe(false);
  });

  test('count for all of an IPv6 network of 64 bits together', () => {
    const engine = newEngine({ excess: 1000 });
    expect(asks(engine, source('2001:db8::1'), 1000, 0)).toBe(true);
    expect(asks(engine, source('2001:db8::2'), 1000, 0)).toBe(false);
    expect(asks(engine, source('2001:db8:0:1::1'), 1000, 0)).toBe(true);
  });

  test('are not run for when there is no room at all, and counted as overload', () => {
    const engine = newEngine({ excess: 0 });
    engine.receive(someRequest, peer, 0);
    const [first] = drain(engine);
    if (first?.kind !== 'request') throw new Error('no request came in');
    expect(engine.respond(first.request, new Uint8Array(1000))).toBe(true);
    expect(drain(engine)).toMatchObject([{ kind: 'dropped', reason: 'overload' }]);
    const used = newEngine({ excess: 950 });
    asks(used, peer, 1000, 0);
    used.receive(someRequest, peer, 0);
    const [second] = drain(used);
    expect(second?.kind === 'dropped' ? second.reason : second?.kind).toBe('request');
  });

  test('up to three times the request are sent without end', () => {
    const engine = newEngine({ excess: 0 });
    for (let call = 0; call < 10_000; call += 1) {
      expect(asks(engine, peer, 3 * someRequest.length - 21, 0)).toBe(true);
    }
    expect(asks(engine, peer, 3 * someRequest.length - 20, 0)).toBe(false);
  });

  test('have no bound if none is wanted', () => {
    const engine = newEngine({ excess: Infinity });
    for (let call = 0; call < 1000; call += 1) expect(asks(engine, peer, 60_000, 0)).toBe(true);
  });

  test('of any number of hosts are remembered in bounded memory', () => {
    const excess = new Excess(1000);
    const exchange = { requestBytes: 10, answerBytes: 500 };
    for (let host = 0; host < 3 * RPCUDP_SOURCES_MAX; host += 1) {
      excess.take(source(`10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`), exchange, 0);
    }
    expect(excess.size).toBe(RPCUDP_SOURCES_MAX);
  });
});
