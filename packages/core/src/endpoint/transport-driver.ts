import { Caller } from '../calling/caller.js';
import { EndpointChannel, type ChannelOptions } from '../calling/endpoint-channel.js';
import { interceptPeer } from '../calling/intercepted-channel.js';
import type { StartedCall } from '../calling/started-call.js';
import { tellCaller } from '../calling/tell-caller.js';
import type { RpcChannel, RpcPeer } from '../channel.js';
import { wireCodecs } from '../codec/codec.js';
import type { CallOutput, IncomingRequest, Millis, TransportEngine } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import type { ServedService } from '../reflection/describe.js';
import { EndpointEvents } from '../reporting/events.js';
import { EndpointLog } from '../reporting/log.js';
import { newCounters, type EndpointStats } from '../reporting/stats.js';
import { Dispatcher } from '../serving/dispatcher.js';
import type { RequestSource } from '../serving/handling.js';
import { Registry } from '../serving/registry.js';
import { tellStream } from '../streaming/stream-end.js';
import { abandonment } from './abandonment.js';
import type { DrainReport } from './draining.js';
import type { DriverOptions } from './engines.js';
import { grace } from './grace.js';
import { InputFirst } from './input-first.js';
import { requestSource } from './request-sources.js';
import { WakeTimer } from './wake-timer.js';

/** What a {@link TransportDriver} needs of the world. */
export type TransportPorts = Pick<EndpointPorts, 'now' | 'wallClock' | 'random' | 'setTimer' | 'defer'> & {
  /** How many messages have come since the beginning. */
  readonly received: () => number;
};

/** What a transport counts: what an endpoint does, datagrams apart. */
export type TransportStats = Pick<EndpointStats, 'calls' | 'requests' | 'dropped' | 'pendingCalls' | 'runningHandlers'>;

/** What was left when draining a transport ended. */
export type TransportDrainReport = Omit<DrainReport, 'unacknowledgedReplies'>;

/** How a channel over a transport is named in messages, beside what all channels take. */
export interface TransportChannelOptions extends ChannelOptions {
  readonly remote: string;
}

/**
 * Drives a transport that carries no datagrams, such as a message broker: the same callers, handlers, interceptors, guards and
 * counters as an endpoint has, over an engine that sends for itself. Whoever hands something to that engine calls
 * {@link TransportDriver.changed} after it.
 */
export class TransportDriver {
  readonly #ports: TransportPorts;
  readonly #engine: TransportEngine<StartedCall>;
  readonly #options: DriverOptions;
  readonly #counters = newCounters();
  readonly #events: EndpointEvents;
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #caller: Caller;
  readonly #source: RequestSource;
  readonly #input: InputFirst;
  readonly #timer: WakeTimer;
  #carryingOut = false;
  #drained: Promise<TransportDrainReport> | undefined;
  #closing: Promise<void> | undefined;
  #endWaiting: (() => void) | undefined;
  readonly #closed = new Promise<void>((resolve) => (this.#endWaiting = resolve));

  constructor(ports: TransportPorts, engine: TransportEngine<StartedCall>, options: DriverOptions) {
    this.#ports = ports;
    this.#engine = engine;
    this.#options = options;
    const now = (): Millis => ports.now();
    const log = new EndpointLog(options.logger, options.logLevel, now);
    this.#events = new EndpointEvents({ counters: this.#counters, log, now });
    this.#registry = new Registry([engine], {
      codec: options.codec,
      reflection: false,
      interceptors: options.interceptors.server,
    });
    const { changed } = this;
    this.#dispatcher = new Dispatcher({ events: this.#events, answeredLater: changed });
    const codecs = wireCodecs(options.codec, [engine.wire]);
    this.#caller = new Caller({
      codecs,
      events: this.#events,
      ports,
      timeoutMs: options.timeoutMs,
      maxPending: options.maxPending,
      closed: () => this.#closing !== undefined,
      changed,
    });
    const parts = { codecs, registry: this.#registry, clocks: ports, changed };
    this.#source = requestSource(engine, parts, () => noWayBack(engine.wire));
    this.#input = new InputFirst(ports, ports.received);
    this.#timer = new WakeTimer(ports, this.#input, () => this.#wake());
  }

  /** Serves an object's remote methods. @throws RpcError `INVALID_SERVICE` or `CLOSED` */
  serve(service: ServedService): void {
    if (this.#closing !== undefined) throw new RpcError('CLOSED', 'What serves is closed. Serve anew.');
    const doubts = this.#registry.add(service);
    if (doubts !== undefined) this.#events.typesDoubted(doubts);
  }

  /** A channel over the transport. @throws RpcError `INVALID_ARGUMENT` */
  channel({ remote, ...options }: TransportChannelOptions): RpcChannel {
    const destination = { host: remote, port: 0 };
    const parts = { engine: this.#engine, destination, security: undefined, options, label: remote };
    const channel = new EndpointChannel(this.#caller, parts);
    const { client = [] } = this.#options.interceptors;
    return client.length === 0 ? channel : interceptPeer(channel, client);
  }

  /** The engine was given something, or has found something out. */
  readonly changed = (): void => {
    // Handlers and callers can start calls while the engine is drained; whoever drains will see to them.
    if (this.#carryingOut) return;
    this.#carryingOut = true;
    try {
      for (let output = this.#engine.takeOutput(); output !== undefined; output = this.#engine.takeOutput())
        this.#carryOutSafely(output);
    } finally {
      this.#carryingOut = false;
    }
    this.#events.turnEnded();
    this.#timer.arm(Math.min(this.#caller.nextWake, this.#engine.settle()));
  };

  /** Something threw that never should, or the connection reported an error that concerns no call in particular. */
  failed(error: unknown): void {
    this.#events.internalError(error);
  }

  stats(): TransportStats {
    const { calls, requests, dropped } = structuredClone(this.#counters);
    const { pendingCalls } = this.#caller;
    return { calls, requests, dropped, pendingCalls, runningHandlers: this.#dispatcher.running };
  }

  /**
   * Waits until no handler runs, or the time is over: then streams that go on are ended with `UNAVAILABLE`. The transport itself
   * sees to it that nothing new comes. Draining twice is draining once; closing ends it.
   */
  drain(timeoutMs: Millis): Promise<TransportDrainReport> {
    return (this.#drained ??= this.#drain(timeoutMs));
  }

  async #drain(timeoutMs: Millis): Promise<TransportDrainReport> {
    const idle = Promise.race([this.#dispatcher.whenIdle(), this.#closed]);
    if (this.#dispatcher.running > 0) await grace(this.#ports, this.#input, { graceMs: timeoutMs, idle });
    const reason = new RpcError('UNAVAILABLE', 'What serves the stream drained, and its time was over.');
    const endedStreams = this.#closing === undefined ? this.#dispatcher.abandonBusyStreams(reason) : 0;
    this.changed();
    const runningHandlers = this.#dispatcher.running;
    return { complete: runningHandlers + endedStreams === 0, runningHandlers, endedStreams };
  }

  /** Gives running handlers `graceMs` to finish, then aborts them, and ends every pending call with `CLOSED`. */
  close(graceMs: Millis): Promise<void> {
    return (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: Millis): Promise<void> {
    this.#endWaiting?.();
    const closed = new RpcError('CLOSED', 'What serves the call was closed.');
    // Streams may go on for ever: waiting for them would take all of the time that other handlers have.
    this.#dispatcher.abandonStreams(closed);
    if (this.#dispatcher.running > 0) {
      this.changed();
      await grace(this.#ports, this.#input, { graceMs, idle: this.#dispatcher.whenIdle() });
    }
    this.#dispatcher.abandonAll(closed);
    this.#caller.close();
    this.#engine.close(this.#ports.now());
    this.changed();
    this.#timer.stop();
  }

  #wake(): void {
    const now = this.#ports.now();
    this.#caller.wake(now);
    this.#engine.wake(now);
    this.changed();
  }

  /** Nothing that one message or one handler causes may take the process down: the last net, below all others. */
  #carryOutSafely(output: CallOutput<StartedCall>): void {
    try {
      this.#carryOut(output);
    } catch (error) {
      this.#events.internalError(error);
    }
  }

  #carryOut(output: CallOutput<StartedCall>): void {
    switch (output.kind) {
      case 'request':
        return this.#request(output.request);
      case 'overload':
        return this.#dispatcher.refuseOverload(this.#source, output.request, output.retryAfterMs);
      case 'cancelled':
        return this.#dispatcher.abandon(output.request, abandonment(output.code));
      case 'dropped':
        return this.#events.dropped(output.reason, output.from, output.bytes);
      default:
        return 'stream' in output ? tellStream(output) : tellCaller(this.#caller, output, this.#events);
    }
  }

  #request(request: IncomingRequest): void {
    if (this.#closing === undefined) this.#dispatcher.handle(this.#source, request);
    else this.#dispatcher.refuseClosing(this.#source, request);
  }
}

function noWayBack(wire: string): RpcPeer {
  const message = `A call over ${wire} does not say where its caller serves. Call a service by its name instead, over a channel of your own.`;
  throw new RpcError('FAILED_PRECONDITION', message);
}
