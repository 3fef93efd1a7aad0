import type { Client } from '@rpcudp/client';
import { createClient } from '@rpcudp/client';
import { Caller } from '../src/calling/caller';
import { EndpointChannel } from '../src/calling/endpoint-channel';
import type { StartedCall } from '../src/calling/started-call';
import { messagePack } from '../src/codec/messagepack';
import type {
  CallStream,
  Engine,
  EngineOutput,
  IncomingRequest,
  ItemStreams,
  Millis,
  OutgoingStreams,
  Refusal,
} from '../src/engine/engine';
import { Fifo } from '../src/engine/tables/fifo';
import { RpcError } from '../src/errors';
import { EndpointEvents } from '../src/reporting/events';
import { EndpointLog } from '../src/reporting/log';
import { newCounters } from '../src/reporting/stats';
import { Registry } from '../src/serving/registry';
import { Dispatcher } from '../src/serving/dispatcher';
import type { RequestSource } from '../src/serving/handling';
import { contractOf, type ServiceDefinition } from '../src/service/contract';
import { tellStream } from '../src/streaming/stream-end';
import { FakePorts } from './fake-ports';

type Output = EngineOutput<StartedCall>;

/** Either end of a call, and what goes from it to the other. */
class LinkedEnd implements CallStream {
  handling?: unknown;
  sent = 0;
  taken = 0;
  blocked = false;
  over = false;
  /** By when something must have come for this end. */
  expectedBy: Millis = Infinity;
  other!: LinkedEnd;

  constructor(
    readonly call: LinkedCall,
    readonly isCaller: boolean,
  ) {}

  get answers(): boolean {
    return this.call.streams.answers;
  }

  get takes(): boolean {
    return this.call.streams.takes;
  }

  get bestEffort(): boolean {
    return this.call.started.delivery === 'best-effort';
  }

  get started(): boolean {
    return this.other.sent > 0 || this.other.taken > 0;
  }
}

class LinkedCall {
  ended = false;
  readonly streams: OutgoingStreams;
  readonly caller = new LinkedEnd(this, true);
  readonly callee = new LinkedEnd(this, false);
  request!: IncomingRequest;

  constructor(readonly started: StartedCall) {
    this.streams = started.streams ?? { answers: false, takes: false, arrivesBy: started.deadline };
    this.caller.other = this.callee;
    this.callee.other = this.caller;
  }
}

/**
 * A caller and a dispatcher without anything between them that could be lost: an engine that hands on what it is given, with
 * a window, so that the layers above can be looked at alone.
 */
export class StreamLink {
  readonly ports = new FakePorts();
  readonly counters = newCounters();
  readonly log: string[] = [];
  /** How many items a reader lets the other side be ahead. */
  window = 4;
  /** Whether no further call can be sent. */
  full = false;
  /** Items that are lost on the way, by their index. */
  readonly lost = new Set<number>();
  readonly #events: EndpointEvents;
  readonly #outputs = new Fifo<Output>();
  readonly #calls = new Set<LinkedCall>();
  readonly dispatcher: Dispatcher;
  readonly #caller: Caller;
  readonly #registry: Registry;
  readonly #source: RequestSource;
  readonly #engine: Engine<StartedCall>;
  #draining = false;

  constructor() {
    const keep = (line: string): void => void this.log.push(line);
    const logger = { debug: keep, info: keep, warn: keep, error: keep };
    const now = (): Millis => this.ports.now();
    const codec = messagePack();
    this.#events = new EndpointEvents({ counters: this.counters, log: new EndpointLog(logger, 'info', now), now });
    this.#engine = this.#newEngine();
    this.#registry = new Registry([this.#engine], { codec, reflection: false });
    this.dispatcher = new Dispatcher({ events: this.#events, answeredLater: () => this.drain() });
    this.#caller = new Caller({
      codecs: new Map([['native', codec]]),
      events: this.#events,
      ports: this.ports,
      timeoutMs: 5_000,
      maxPending: 100,
      closed: () => false,
      changed: () => this.drain(),
    });
    this.#source = {
      wire: 'native',
      replier: this.#engine,
      streams: { items: this.#engine.streams!, changed: () => this.drain() },
      codec,
      refuses: true,
      carriesMetadata: true,
      methods: this.#registry.methodsOn('native'),
      clocks: this.ports,
      describeUnknown: (key) => this.#registry.describeUnknown('native', key),
      channelTo: () => this.channel,
    };
  }

  /** Calls that have not ended on either side. */
  get open(): number {
    return this.#calls.size + this.dispatcher.running + this.#caller.pendingCalls;
  }

  get channel(): EndpointChannel {
    const destination = { host: '10.0.0.1', port: 1 };
    return new EndpointChannel(this.#caller, { engine: this.#engine, destination, security: undefined, options: {} });
  }

  serve<S extends object>(service: ServiceDefinition<S>, implementation: S): Client<S> {
    this.#registry.add({ contract: contractOf(service), implementation });
    return createClient(service, this.channel);
  }

  /** Lets time go by, and ends what has waited for too long. */
  advance(ms: Millis): void {
    this.ports.time += ms;
    for (const call of this.#calls)
      if (Math.min(call.started.deadline, call.caller.expectedBy) <= this.ports.time) this.#silence(call);
    this.drain();
  }

  /** Ends all calls, as a restart of the server does. */
  restart(): void {
    for (const call of [...this.#calls]) {
      this.#end(call, { code: 'UNAVAILABLE', executed: call.caller.started ? 'yes' : 'unknown', message: '' }, 'local');
      this.#outputs.push({ kind: 'cancelled', request: call.request, code: 'CANCELLED' });
    }
    this.drain();
  }

  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (let output = this.#outputs.shift(); output !== undefined; output = this.#outputs.shift())
      this.#carryOut(output);
    this.#draining = false;
  }

  #carryOut(output: Output): void {
    switch (output.kind) {
      case 'request':
        return this.dispatcher.handle(this.#source, output.request);
      case 'cancelled':
        return this.dispatcher.abandon(output.request, new RpcError(output.code, 'The call is over.'));
      case 'response':
        return void this.#caller.answered(output.call, output.payload);
      case 'failure':
        return this.#caller.refused(output.call, output);
      case 'silence':
        return this.#caller.silent(output.call);
      default:
        if ('stream' in output) tellStream(output);
    }
  }

  #call(started: StartedCall): LinkedCall {
    if (this.full) throw new RpcError('RESOURCE_EXHAUSTED', 'There is no room for one more call.');
    const call = new LinkedCall(started);
    const request: IncomingRequest = {
      from: { host: '10.0.0.2', port: 2 },
      via: undefined,
      method: started.method.key,
      args: started.args,
      delivery: started.delivery,
      oneWay: false,
      metadata: started.metadata,
      deadline: started.deadline,
      deadlineFromCaller: true,
      stream: started.streams && call.callee,
    };
    call.request = request;
    this.#calls.add(call);
    this.#outputs.push({ kind: 'request', request });
    if (call.streams.answers) this.#outputs.push({ kind: 'writable', stream: call.callee });
    if (call.streams.takes) this.#outputs.push({ kind: 'writable', stream: call.caller });
    return call;
  }

  /** By the request, whose stream is there only if the call has some. */
  #callOf(request: IncomingRequest): LinkedCall | undefined {
    return [...this.#calls].find((call) => call.request === request);
  }

  #end(call: LinkedCall, refusal: Refusal, origin: 'local' | 'remote'): void {
    if (!this.#calls.delete(call)) return;
    const { code, executed, payload } = refusal;
    this.#outputs.push({ kind: 'failure', call: call.started, code, executed, origin, payload });
  }

  #silence(call: LinkedCall): void {
    this.#calls.delete(call);
    this.#outputs.push({ kind: 'silence', call: call.started });
    this.#outputs.push({ kind: 'cancelled', request: call.request, code: 'CANCELLED' });
  }

  #newEngine(): Engine<StartedCall> {
    const streams: ItemStreams = {
      streamOf: (handle) => (handle as LinkedCall).caller,
      sendItem: (stream, payload) => this.#sendItem(stream as LinkedEnd, payload),
      endItems: (stream, failure) => {
        const { call, sent: count } = stream as LinkedEnd;
        this.#outputs.push({ kind: 'items-ended', stream: call.callee, count, failure });
      },
      take: (stream, items) => {
        this.#take(stream as LinkedEnd, items);
        return true;
      },
      stopItems: (stream) => {
        const { other } = stream as LinkedEnd;
        other.over = true;
        this.#outputs.push({ kind: 'stopped', stream: other });
      },
      expectItem: (stream, by) => void ((stream as LinkedEnd).expectedBy = by),
    };
    const engine: Partial<Engine<StartedCall>> = {
      wire: 'native',
      streams,
      traits: {
        carriesMetadata: true,
        namesServices: true,
        tellsReadiness: true,
        refuses: true,
        describeCollision: () => '',
      },
      wireMethod: (service, method) => {
        const key = `${Buffer.from(service).toString()}.${Buffer.from(method).toString()}`;
        return { key, bytes: new Uint8Array() };
      },
      call: (call) => this.#call(call),
      wasSent: () => true,
      acknowledged: () => ({ acknowledgedBytes: 0, inParts: false }),
      cancel: (handle) => {
        const call = handle as LinkedCall;
        if (this.#calls.delete(call))
          this.#outputs.push({ kind: 'cancelled', request: call.request, code: 'CANCELLED' });
      },
      respond: (request, payload) => {
        const call = this.#callOf(request);
        if (call === undefined || !this.#calls.delete(call)) return false;
        this.#outputs.push({ kind: 'response', call: call.started, payload });
        return true;
      },
      refuse: (request, refusal) => {
        const call = this.#callOf(request);
        if (call !== undefined) this.#end(call, refusal, 'remote');
      },
    };
    return engine as Engine<StartedCall>;
  }

  #sendItem(end: LinkedEnd, payload: Uint8Array): boolean {
    if (end.over || !this.#calls.has(end.call)) return false;
    const index = end.sent;
    end.sent += 1;
    end.other.expectedBy = Infinity;
    if (!this.lost.has(index)) this.#outputs.push({ kind: 'item', stream: end.other, index, payload });
    end.blocked = !end.bestEffort && end.sent - end.taken >= this.window;
    if (end.bestEffort) end.blocked = true;
    return !end.blocked;
  }

  /** Lets a best-effort sender send one more. */
  packetLeaves(): void {
    for (const { callee } of this.#calls) this.#outputs.push({ kind: 'writable', stream: callee });
    this.drain();
  }

  #take({ other }: LinkedEnd, items: number): void {
    other.taken += items;
    if (!other.blocked || other.bestEffort || !this.#calls.has(other.call)) return;
    other.blocked = false;
    this.#outputs.push({ kind: 'writable', stream: other });
  }
}
