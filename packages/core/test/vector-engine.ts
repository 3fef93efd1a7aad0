import type { Address } from '../src/address';
import { hmacSha256 } from '../src/endpoint/hmac';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../src/engine/engine';
import { NativeEngine } from '../src/engine/native/native-engine';

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

export interface Sent {
  readonly hex: string;
  readonly to: Address;
}

/** What came of driving an engine. */
export interface Drained {
  readonly sent: Sent[];
  readonly dropped: string[];
  readonly answers: string[];
  readonly items: string[];
}

/** An engine that draws the id of the vectors, the challenge of the vectors, and no jitter to speak of. */
export function vectorEngine(id: string, answer: (request: IncomingRequest) => Uint8Array) {
  const ids = [bytes(id)];
  const random = (length: number): Uint8Array =>
    length === 8 ? (ids.shift() ?? bytes('5ec0de5ec0de0001')) : new Uint8Array(length).fill(127);
  const options = {
    runningHandlersMax: 100,
    datagramBytes: 1200,
    messageBytesMax: 2 ** 20,
    reassemblyBytesMax: 2 ** 26,
    mac: hmacSha256,
  };
  const engine = new NativeEngine<OutgoingCall>(options, random, 0);

  /** One that brings a stream is not answered. */
  function answerRequest(request: IncomingRequest): void {
    if (request.stream?.takes === true) return;
    if (request.stream?.answers === true) request.stream.handling = request;
    else engine.respond(request, answer(request));
  }

  /** Answers with each byte of the answer as an item of its own. */
  function stream(request: IncomingRequest): void {
    for (const byte of answer(request)) engine.streams.sendItem(request.stream!, Uint8Array.of(byte));
    engine.respond(request, new Uint8Array(0));
  }

  function carryOut(output: EngineOutput, drained: Drained): void {
    if (output.kind === 'request') answerRequest(output.request);
    if (output.kind === 'writable') stream(output.stream.handling as IncomingRequest);
    if (output.kind === 'item') drained.items.push(hex(output.payload));
    if (output.kind === 'transmit') drained.sent.push({ hex: hex(output.datagram), to: output.to });
    if (output.kind === 'dropped') drained.dropped.push(output.reason);
    if (output.kind === 'response') drained.answers.push(hex(output.payload));
  }

  /** Does what is due, and gives all that the engine wanted. */
  function drain(now: number): Drained {
    const drained: Drained = { sent: [], dropped: [], answers: [], items: [] };
    do {
      for (let output = engine.takeOutput(); output !== undefined; output = engine.takeOutput())
        carryOut(output, drained);
    } while (engine.flush(now));
    return drained;
  }

  return { engine, drain };
}
