import type { Address } from '../address.js';
import { wireCodecs } from '../codec/codec.js';
import type { RpcPeer } from '../channel.js';
import type { Engine, EngineOutput, IncomingRequest, Millis } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import { HealthStates } from '../health/endpoint-health.js';
import { CallRecorder } from '../inspection/call-recorder.js';
import type { ServedService } from '../reflection/describe.js';
import { Caller } from '../calling/caller.js';
import { tellCaller } from '../calling/tell-caller.js';
import { Dispatcher } from '../serving/dispatcher.js';
import type { RequestSource } from '../serving/handling.js';
import type { Destination } from '../calling/destination.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import { abandonment } from './abandonment.js';
import { Channels } from './channels.js';
import { Draining, type DrainReport } from './draining.js';
import type { EngineSet } from './engine-set.js';
import { enginesOf, type DriverOptions } from './engines.js';
import { FlushPolicy } from './flush-policy.js';
import { grace } from './grace.js';
import { InputFirst } from './input-first.js';
import { EndpointEvents } from '../reporting/events.js';
import { EndpointLog } from '../reporting/log.js';
import type { Observer } from '../reporting/observers.js';
import type { EndpointPorts, Transmit } from '../ports.js';
import { Registry } from '../serving/registry.js';
import type { StartedCall } from '../calling/started-call.js';
import { newCounters, type EndpointStats } from '../reporting/stats.js';
import { tellStream } from '../streaming/stream-end.js';
import { requestSources } from './request-sources.js';
import { openQlog } from './qlog.js';
import { WakeTimer } from './wake-timer.js';

/**
 * Joins the parts of an endpoint over its ports: feeds the engines, carries out what they want, and arms the one timer.
 * The same in production, on a socket, and in the simulator. It takes no protocol decision.
 */
export class EndpointDriver {
  readonly health = new HealthStates((service) => this.#registry.serves(service));
  readonly #ports: EndpointPorts;
  readonly #engines: EngineSet;
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #sources: ReadonlyMap<Engine<StartedCall>, RequestSource>;
  readonly #caller: Caller;
  readonly #channels: Channels;
  readonly #input: InputFirst;
  readonly #timer: WakeTimer;
  readonly #policy: FlushPolicy;
  readonly #counters = newCounters();
  readonly #events: EndpointEvents;
  /** Hands the sink of a qlog what has come, if there is one. */
  readonly #flushQlog: (() => void) | undefined;
  #carryingOut = false;
  #draining: Draining | undefined;
  #closing: Promise<void> | undefined;

  constructor(ports: EndpointPorts, options: DriverOptions) {
    this.#ports = ports;
    const now = (): Millis => ports.now();
    const log = new EndpointLog(options.logger, options.logLevel, now);
    const recorder = options.inspection ? new CallRecorder(ports) : undefined;
    const watched = (any: boolean): void => this.#engines.watch(any);
    this.#events = new EndpointEvents({ counters: this.#counters, log, now, observer: recorder, watched });
    const codecs = wireCodecs(options.codec, options.wires);
    this.#engines = enginesOf(options, ports, codecs);
    this.#flushQlog = openQlog(options.qlog, { ports, engines: this.#engines, events: this.#events }, this.#counters);
    const views = { peers: () => this.#engines.peers(), observe: (observer: Observer) => this.observe(observer) };
    this.#registry = new Registry(this.#engines.all, {
      ...options,
      authorize: options.security?.authorize,
      health: options.health ? this.health : undefined,
      inspected: recorder && { clocks: ports, recorder, stats: () => this.#figures(), ...views },
      interceptors: options.interceptors.server,
    });
    this.#input = new InputFirst(ports, () => this.#counters.datagrams.received);
    this.#timer = new WakeTimer(ports, this.#input, () => this.#wake());
    this.#policy = new FlushPolicy(ports, () => this.#endTurn());
    this.#caller = new Caller({
      codecs,
      events: this.#events,
      ports,
      timeoutMs: options.timeoutMs,
      maxPending: options.maxPending,
      closed: () => this.#closing !== undefined,
      changed: () => this.#drain(),
    });
    this.#channels = new Channels({
      engines: this.#engines,
      caller: this.#caller,
      security: options.security,
      interceptors: options.interceptors.client ?? [],
    });
    this.#dispatcher = new Dispatcher({ events: this.#events, answeredLater: () => this.#drain() });
    this.#sources = requestSources(this.#engines, {
      codecs,
      registry: this.#registry,
      clocks: ports,
      changed: () => this.#drain(),
      channel: (destination, peer) => this.channel(destination, peer),
    });
  }

  /** The socket reported an error that concerns no datagram in particular. */
  socketFailed(error: RpcError): void {
    this.#events.socketFailed(error);
  }

  /** Serves an object's remote methods. @throws RpcError `INVALID_SERVICE` or `CLOSED` */
  serve(service: ServedService): void {
    if (this.#closing !== undefined)
      throw new RpcError('CLOSED', 'The endpoint is closed. Bind a new one with UdpEndpoint.bind().');
    const doubts = this.#registry.add(service);
    if (doubts !== undefined) this.#events.typesDoubted(doubts);
    this.health.changed();
  }

  /** A channel to a peer over a wire of this endpoint. @throws RpcError `INVALID_ARGUMENT` or `FAILED_PRECONDITION` */
  channel(destination: Destination, options?: PeerOptions): RpcPeer {
    return this.#channels.to(destination, options);
  }

  /** Takes a datagram from the socket. Never throws. */
  receive(datagram: Uint8Array, from: Address): void {
    const engine = this.#engines.ownerOf(datagram);
    this.#events.datagramReceived(engine, datagram, from);
    if (engine === undefined) return this.#events.dropped('unknown-type', from, datagram.length);
    engine.receive(datagram, from, this.#ports.now());
    this.#drain();
  }

  /**
   * Has an observer told of what happens from now on, as soon as it has: packets, losses, calls. Nothing is worked out for that
   * while nobody watches. What an observer throws is logged.
   *
   * @returns What ends it.
   */
  observe(observer: Observer): () => void {
    return this.#events.observers.add(observer);
  }

  stats(): EndpointStats {
    const engines = this.#engines;
    return {
      ...this.#figures(),
      get peers() {
        return engines.peers();
      },
    };
  }

  #figures(): Omit<EndpointStats, 'peers'> {
    const { pendingCalls } = this.#caller;
    return { ...structuredClone(this.#counters), pendingCalls, runningHandlers: this.#dispatcher.running };
  }

  /**
   * Refuses calls that peers begin from now on, and finishes the others. Resolves when nothing of them is left, or the time is
   * over. Draining twice is draining once.
   */
  drain(timeoutMs: Millis): Promise<DrainReport> {
    if (this.#draining !== undefined) return this.#draining.ended;
    const parts = { ports: this.#ports, input: this.#input, engines: this.#engines, dispatcher: this.#dispatcher };
    this.health.drain();
    this.#draining = new Draining({ ...parts, changed: () => this.#drain() }, timeoutMs);
    if (this.#closing === undefined) this.#drain();
    else this.#draining.stop();
    return this.#draining.ended;
  }

  /**
   * Stops accepting, gives running handlers `graceMs` to finish, then aborts them, and ends every pending call with
   * `CLOSED`. Resolves when nothing is left.
   */
  close(graceMs: Millis): Promise<void> {
    return (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: Millis): Promise<void> {
    this.#draining?.stop();
    // Streams may go on for ever: waiting for them would take all of the time that other handlers have.
    this.#dispatcher.abandonStreams(new RpcError('CLOSED', 'The endpoint that serves the call closed.'));
    if (this.#dispatcher.running > 0) {
      this.#endTurn();
      await grace(this.#ports, this.#input, { graceMs, idle: this.#dispatcher.whenIdle() });
    }
    this.#dispatcher.abandonAll(new RpcError('CLOSED', 'The endpoint that serves the call closed.'));
    this.#caller.close();
    this.#endTurn();
    this.#engines.close(this.#ports.now());
    this.#endTurn();
    this.#timer.stop();
    this.#flushQlog?.();
  }

  #wake(): void {
    const now = this.#ports.now();
    this.#caller.wake(now);
    this.#engines.wake(now);
    this.#endTurn();
  }

  /** Sees to what is left to do: at the end of a turn, after timers, which have waited already, and for the last words. */
  #endTurn(): void {
    this.#engines.flushAll(this.#ports, this.#carryOutAll);
    this.#policy.settled();
    this.#events.turnEnded();
    this.#arm();
  }

  /** Does what cannot wait for the end of the turn, which does the rest. */
  #drain(): void {
    // Handlers and callers can start calls while their engine is drained; whoever drains will see to them.
    if (this.#carryingOut) return;
    this.#carryOutAll();
    if (this.#engines.unsettled) this.#policy.open();
    else this.#arm();
  }

  #arm(): void {
    this.#draining?.look();
    this.#timer.arm(Math.min(this.#caller.nextWake, this.#engines.settle()));
  }

  /** Carries out what the engines want until they want nothing. */
  readonly #carryOutAll = (): void => {
    this.#carryingOut = true;
    try {
      do this.#engines.drain(this.#carryOutSafely);
      while (this.#flushIfFirst());
    } finally {
      this.#carryingOut = false;
    }
  };

  /** Builds datagrams if that may be done now; whether there are outputs to drain again. */
  #flushIfFirst(): boolean {
    const { waitingMessages } = this.#engines;
    if (!this.#policy.mayFlushNow(waitingMessages, this.#caller.pendingCalls)) return false;
    if (!this.#engines.flush(this.#ports.now())) return false;
    this.#policy.built();
    return true;
  }

  /** Nothing that one datagram or one handler causes may take the endpoint down: the last net, below all others. */
  readonly #carryOutSafely = (engine: Engine<StartedCall>, output: EngineOutput<StartedCall>): void => {
    try {
      this.#carryOut(engine, output);
    } catch (error) {
      this.#events.internalError(error);
    }
  };

  #carryOut(engine: Engine<StartedCall>, output: EngineOutput<StartedCall>): void {
    switch (output.kind) {
      case 'transmit':
        return this.#transmit(engine, output);
      case 'request':
        return this.#request(this.#sources.get(engine)!, output.request);
      case 'overload':
        return this.#dispatcher.refuseOverload(this.#sources.get(engine)!, output.request, output.retryAfterMs);
      case 'cancelled':
        return this.#dispatcher.abandon(output.request, abandonment(output.code));
      case 'traced':
        return this.#events.observers.tell(output.event);
      case 'stray':
        return this.#ports.shared?.handOn(output.datagram, output.from);
      case 'dropped':
        return this.#events.dropped(output.reason, output.from, output.bytes);
      default:
        return 'stream' in output ? tellStream(output) : tellCaller(this.#caller, output, this.#events);
    }
  }

  #request(source: RequestSource, request: IncomingRequest): void {
    if (this.#closing !== undefined) this.#dispatcher.refuseClosing(source, request);
    else if (this.#draining !== undefined) this.#dispatcher.handleDraining(source, request);
    else this.#dispatcher.handle(source, request);
  }

  #transmit(engine: Engine<StartedCall>, transmit: Transmit): void {
    this.#events.datagramSent(engine, transmit.datagram, transmit.to);
    this.#ports.send(transmit, this.#sendFailed);
  }

  readonly #sendFailed = (transmit: Transmit, error: RpcError): void => {
    this.#events.sendFailed(transmit.to, error);
    const call = transmit.call as StartedCall | undefined;
    const ended = call === undefined ? this.#engines.sendRefused(transmit.to, this.#ports.now()) : [call];
    for (const each of ended) this.#caller.failed(each, error);
    this.#drain();
  };
}
