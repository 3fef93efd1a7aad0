import { createClient, withOptions, type Client } from '@rpcudp/client';
import type { EndpointOptions } from '../../src/endpoint';
import { RpcError, type Address, type RpcPeer } from '../../src/index';
import { LOAD_LIMITS_DEFAULT } from '../../src/engine/native/admission/load';
import { SeededRandom, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';
import { Ledger, LedgerContract, type LedgerService } from './native-ledger';
import type { TrafficWatch } from './native-traffic';
import { partiesOf, type Parties } from './parties';
import type { Plan } from './plan';
import { ReroutedNetwork } from './rerouted-network';
import { StreamsRun } from './streams/streams-run';
import { tuned } from './tuned-engines';

/** How long a call may take unless told, in milliseconds. */
export const DEADLINE_MS = 5000;
/** The longest time that a scenario gives a call, in milliseconds. */
export const DEADLINE_MS_MAX = 60_000;
/** What the last event before a deadline may add to it, in milliseconds. */
export const PUNCTUALITY_MS = 5;

export const SERVER: Address = { host: '10.0.0.1', port: 1 };
export const CLIENT: Address = { host: '10.0.0.2', port: 2 };
/** Somebody who calls once and is gone. */
export const STRANGER: Address = { host: '10.6.6.6', port: 6 };

/** So few strangers make an endpoint ask the next ones for proof. */
const WARY_LOAD = { unprovenMax: 1, unprovenPerSecond: 1 };

export type Method = keyof LedgerService;

export interface MadeCall {
  readonly id: number;
  readonly method: Method;
  readonly cancelled: boolean;
  /** Whether nothing was bad when it was made but what the network does. */
  readonly fair: boolean;
  /** Whether the process that made it was killed while it waited. */
  gone: boolean;
  outcome: 'answered' | 'silence' | RpcError | undefined;
}

/** What there is to say of one call beside what chance decides. */
interface CallWishes {
  readonly stub?: Client<LedgerService>;
  readonly method?: Method;
  readonly moreBytes?: number;
  readonly deadlineMs?: number;
}

/** The network, the endpoints and the calls of one run, which scenarios do something to. */
export class NativeWorld {
  readonly plan: Plan;
  readonly random: SeededRandom;
  readonly network: ReroutedNetwork;
  readonly ledger: Ledger;
  readonly streams: StreamsRun;
  readonly calls: MadeCall[] = [];
  readonly violations: string[] = [];
  readonly traffic: TrafficWatch;
  readonly #parties: Parties;
  /** Where the client calls. */
  dialled = SERVER;
  /** Whether calls wait until the server has been heard. */
  waitForReady = false;
  /** Whether both sides find out how large their datagrams may be. */
  probesSize = false;
  /** From which number on the packets of each side are counted. */
  firstNumbers: readonly [server: number, client: number] = [0, 0];
  /** Whether the server closes while it is called. */
  serverCloses = false;
  /** Whether nothing is bad now but what the network does. */
  fair = true;
  server!: SimulatedEndpoint;
  client!: SimulatedEndpoint;
  stub!: Client<LedgerService>;
  /** Settles when the client's machine is awake. */
  awake: Promise<void> = Promise.resolve();

  constructor(seed: number, plan: Plan, traffic: TrafficWatch) {
    this.plan = plan;
    this.traffic = traffic;
    this.random = new SeededRandom(seed * 2);
    this.#parties = partiesOf(seed, plan.sealing);
    traffic.sealed = plan.sealing !== undefined;
    this.network = new ReroutedNetwork(plan.conditions);
    this.network.tap = (datagram, to, from) => traffic.saw(datagram, to, from);
    this.network.arrived = (datagram, to, from) => traffic.amplification.arrived(datagram, to, from);
    this.ledger = new Ledger(this.network.clock, (problem) => this.violations.push(problem));
    this.streams = new StreamsRun(seed, this);
  }

  get now(): number {
    return this.network.clock.now;
  }

  startServer(): void {
    this.server = this.#bind(SERVER, this.#parties.server, this.firstNumbers[0]);
    this.server.serve(LedgerContract, this.ledger);
    this.streams.serve();
  }

  startClient(): void {
    this.client = this.bindCaller(CLIENT, this.firstNumbers[1]);
    this.stub = this.stubOf(this.client);
  }

  /** An endpoint that may call the server. */
  bindCaller(address: Address, firstPacketNumber = 0): SimulatedEndpoint {
    return this.#bind(address, this.#parties.client, firstPacketNumber);
  }

  stubOf(client: SimulatedEndpoint, timeoutMs = DEADLINE_MS): Client<LedgerService> {
    return createClient(LedgerContract, this.peerOf(client, timeoutMs));
  }

  /** The server, as an endpoint calls it. */
  peerOf(client: SimulatedEndpoint, timeoutMs: number): RpcPeer {
    return client.peer(this.dialled, { timeoutMs, waitForReady: this.waitForReady, ...this.#parties.peer });
  }

  /** A number from 0 up to `most`. */
  upTo(most: number): number {
    return this.random.next() * most;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.network.clock.setTimer(ms, resolve));
  }

  /** Makes a call, checks that it ends in time and with what was sent, and gives what is known of it. */
  async call(wishes: CallWishes = {}): Promise<MadeCall> {
    const call = this.#draw(wishes);
    this.calls.push(call);
    const limitMs = (wishes.deadlineMs ?? DEADLINE_MS) + PUNCTUALITY_MS;
    const began = this.now;
    await Promise.race([this.#make(call, wishes), this.#overdue(limitMs)]);
    const tookMs = this.now - began;
    if (call.outcome === undefined && !call.gone) this.violations.push(`call ${call.id} has not ended in time`);
    if (tookMs > limitMs + 0.1 && call.fair) this.violations.push(`call ${call.id} took ${tookMs} ms`);
    return call;
  }

  /** Mostly small, sometimes several datagrams. The first bytes differ from call to call. */
  payload(id: number): Uint8Array {
    const draw = this.random.next();
    const length = draw < 0.9 ? draw * 200 : this.upTo(5000);
    const payload = new Uint8Array(8 + Math.floor(length));
    for (let index = 0; index < payload.length; index += 1) payload[index] = id * 31 + index * 7;
    return payload;
  }

  /** The client is at another address from now on. */
  moveClient(address: Address): void {
    this.traffic.amplification.moved(this.client.address.host, address.host);
    this.client.moveTo(address);
  }

  #bind(address: Address, options: EndpointOptions, firstPacketNumber: number): SimulatedEndpoint {
    const load = this.plan.wary ? WARY_LOAD : LOAD_LIMITS_DEFAULT;
    const crypto = this.traffic.seals.wrap;
    const keyRenewal = this.plan.sealing?.keyRenewal;
    return tuned({ load, crypto, keyRenewal, firstPacketNumber }, () =>
      this.network.bind({ ...address, logger: silent, ...options, datagramBytes: this.probesSize ? 'probe' : 1200 }),
    );
  }

  #draw({ method }: CallWishes): MadeCall {
    const methods: Method[] = ['once', 'once', 'once', 'again', 'again', 'later', 'note', 'attempt'];
    const drawn = methods[Math.floor(this.upTo(methods.length))]!;
    const cancelled = this.random.chance(0.05) && method === undefined;
    const { fair, calls } = this;
    return { id: calls.length, method: method ?? drawn, cancelled, fair, gone: false, outcome: undefined };
  }

  async #make(call: MadeCall, { stub = this.stub, moreBytes }: CallWishes): Promise<void> {
    const { id, method } = call;
    const abort = new AbortController();
    const payload = this.payload(id);
    const more = moreBytes ?? (this.random.chance(0.1) ? Math.floor(this.upTo(6000)) : 0);
    const made = (call.cancelled ? withOptions(stub, { signal: abort.signal }) : stub)[method](id, payload, more);
    if (call.cancelled) this.network.clock.setTimer(this.upTo(300), () => abort.abort());
    try {
      const reply = await made;
      call.outcome = reply.received ? 'answered' : 'silence';
      if (reply.received && method !== 'note') this.#checkEcho(call, payload, more, reply.value as Uint8Array);
    } catch (error) {
      call.outcome = RpcError.from(error);
    }
  }

  /** A machine that sleeps ends no call: its calls may take until it is awake. */
  async #overdue(limitMs: number): Promise<void> {
    await this.pause(limitMs);
    const due = this.now;
    await this.awake;
    if (this.now > due) await this.pause(PUNCTUALITY_MS);
  }

  #checkEcho({ id }: MadeCall, sent: Uint8Array, moreBytes: number, echo: Uint8Array): void {
    const same = echo.length === sent.length + moreBytes && Buffer.compare(echo.subarray(0, sent.length), sent) === 0;
    if (!same) this.violations.push(`call ${id} got back something else than it sent`);
  }
}
