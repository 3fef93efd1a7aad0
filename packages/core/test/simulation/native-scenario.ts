import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError } from '../../src/index';
import { SeededRandom, SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';
import { Ledger, LedgerContract, type LedgerService } from './native-ledger';
import { TrafficWatch } from './native-traffic';

/** How long a call of a scenario may take, in milliseconds. */
export const DEADLINE_MS = 5000;
/** What the last event before a deadline may add to it, in milliseconds. */
const PUNCTUALITY_MS = 5;
/**
 * After so long without calls nothing may be left: the caller's association, which may send cancellations until it is
 * idle; the callee's, which is idle 120 s after it heard the last of them; and then its tombstone.
 */
const FORGOTTEN_MS = 3 * 120_000 + 10_000;

const SERVER = { host: '10.0.0.1', port: 1 };
const CLIENT = { host: '10.0.0.2', port: 2 };
const CALLS = 100;

type Method = 'once' | 'again' | 'attempt' | 'note' | 'later';

/** What a seed decides before anything happens. */
export interface Plan {
  readonly conditions: NetworkConditions;
  /** Calls on their way at once. */
  readonly inFlight: number;
  /** What happens to the endpoints while they talk. */
  readonly trouble: 'none' | 'server restarts' | 'client restarts' | 'partition' | 'client moves' | 'changing network';
  readonly ending: 'close' | 'silence';
}

/** What became of a seed. */
export interface ScenarioResult {
  readonly seed: number;
  readonly plan: Plan;
  /** What must not happen and did; empty if all is well. */
  readonly violations: readonly string[];
  /** Calls that want an answer and were not cancelled, best effort not counted. */
  readonly wanted: number;
  readonly answered: number;
  readonly traffic: TrafficWatch;
  readonly simulatedMs: number;
}

interface MadeCall {
  readonly id: number;
  readonly method: Method;
  readonly cancelled: boolean;
  /** Whether the process that made it was killed while it waited. */
  gone: boolean;
  outcome: 'answered' | 'silence' | RpcError | undefined;
}

/** Runs one seed from the first call until nothing is left. */
export async function runScenario(seed: number, traffic = new TrafficWatch()): Promise<ScenarioResult> {
  return new Scenario(seed, traffic).run();
}

/** The plan of a seed. */
export function planOf(seed: number): Plan {
  const random = new SeededRandom(seed * 2 + 1);
  const upTo = (most: number): number => random.next() * most;
  const oneOf = <T>(...choices: T[]): T => choices[Math.floor(upTo(choices.length))]!;
  const loss = random.chance(0.2) ? 0 : upTo(0.3);
  // What bursts take is taken from the 30 % that a network may lose.
  const burstShare = random.chance(0.3) ? random.next() : 0;
  const conditions = {
    seed,
    latencyMs: upTo(80),
    jitterMs: random.chance(0.5) ? upTo(40) : 0,
    loss: loss * (1 - burstShare),
    burstLoss: loss * burstShare,
    burstMs: 10 + upTo(190),
    duplication: random.chance(0.5) ? upTo(0.2) : 0,
    reordering: random.chance(0.5) ? upTo(0.2) : 0,
    reorderingMs: upTo(60),
  };
  const trouble = random.chance(0.5)
    ? 'none'
    : oneOf('server restarts', 'client restarts', 'partition', 'client moves', 'changing network');
  return { conditions, inFlight: oneOf(1, 4, 8, 16, 64), trouble, ending: random.chance(0.5) ? 'close' : 'silence' };
}

class Scenario {
  readonly #seed: number;
  readonly #plan: Plan;
  readonly #random: SeededRandom;
  readonly #network: SimulatedNetwork;
  readonly #ledger: Ledger;
  readonly #calls: MadeCall[] = [];
  readonly #violations: string[] = [];
  readonly #traffic: TrafficWatch;
  #server: SimulatedEndpoint;
  #client: SimulatedEndpoint;
  #stub: Client<LedgerService>;

  constructor(seed: number, traffic: TrafficWatch) {
    this.#seed = seed;
    this.#traffic = traffic;
    this.#plan = planOf(seed);
    this.#random = new SeededRandom(seed * 2);
    this.#network = new SimulatedNetwork(this.#plan.conditions);
    this.#network.tap = (datagram, to, from) => this.#traffic.saw(datagram, to, from);
    this.#ledger = new Ledger(this.#network.clock, (problem) => this.#violations.push(problem));
    this.#server = this.#bindServer();
    this.#client = this.#bindClient();
    this.#stub = this.#stubOf(this.#client);
  }

  async run(): Promise<ScenarioResult> {
    await this.#stranger();
    const { inFlight } = this.#plan;
    const callers = Array.from({ length: inFlight }, () => this.#callInTurn());
    const trouble = this.#trouble();
    await this.#network.until(Promise.all([...callers, trouble]));
    await this.#end();
    this.#checkLedger();
    const counted = this.#calls.filter((call) => !call.cancelled && !call.gone && call.method !== 'attempt');
    return {
      seed: this.#seed,
      plan: this.#plan,
      violations: this.#violations,
      wanted: counted.length,
      answered: counted.filter(({ outcome }) => outcome === 'answered').length,
      traffic: this.#traffic,
      simulatedMs: this.#network.clock.now,
    };
  }

  #bindServer(): SimulatedEndpoint {
    const server = this.#network.bind({ ...SERVER, logger: silent });
    server.serve(LedgerContract, this.#ledger);
    return server;
  }

  #bindClient(): SimulatedEndpoint {
    return this.#network.bind({ ...CLIENT, logger: silent });
  }

  #stubOf(client: SimulatedEndpoint): Client<LedgerService> {
    return createClient(LedgerContract, client.peer(SERVER, { timeoutMs: DEADLINE_MS }));
  }

  /** Somebody who calls once and is gone: must not be sent more than three times what it sent. */
  async #stranger(): Promise<void> {
    const address = { host: '10.6.6.6', port: 6 };
    const stranger = this.#network.bind({ ...address, logger: silent });
    // A copy that the network makes would count as sent by the stranger, who does not know of it.
    const { duplication } = this.#network.conditions;
    this.#network.change({ duplication: 0 });
    void this.#stubOf(stranger).once(-1, this.#payload(-1), 1 + Math.floor(this.#random.next() * 20_000));
    if (this.#random.chance(0.5)) await this.#network.advance(0);
    stranger.crash();
    this.#network.change({ duplication });
    this.#traffic.watch(address);
  }

  /** One of those who call: makes calls one after the other, as long as there are any. */
  async #callInTurn(): Promise<void> {
    while (this.#calls.length < CALLS) {
      const call = this.#draw();
      this.#calls.push(call);
      const began = this.#network.clock.now;
      await Promise.race([this.#make(call), this.#pause(DEADLINE_MS + PUNCTUALITY_MS)]);
      const tookMs = this.#network.clock.now - began;
      if (call.outcome === undefined && !call.gone) this.#violations.push(`call ${call.id} has not ended in time`);
      if (tookMs > DEADLINE_MS + PUNCTUALITY_MS + 0.1) this.#violations.push(`call ${call.id} took ${tookMs} ms`);
      if (this.#random.chance(0.1)) await this.#pause(this.#random.next() * 200);
    }
  }

  #draw(): MadeCall {
    const methods: Method[] = ['once', 'once', 'once', 'again', 'again', 'later', 'note', 'attempt'];
    const method = methods[Math.floor(this.#random.next() * methods.length)]!;
    const cancelled = this.#random.chance(0.05);
    return { id: this.#calls.length, method, cancelled, gone: false, outcome: undefined };
  }

  async #make(call: MadeCall): Promise<void> {
    const { id, method } = call;
    const abort = new AbortController();
    const stub = call.cancelled ? withOptions(this.#stub, { signal: abort.signal }) : this.#stub;
    const payload = this.#payload(id);
    const moreBytes = this.#random.chance(0.1) ? Math.floor(this.#random.next() * 6000) : 0;
    const made = stub[method](id, payload, moreBytes);
    if (call.cancelled) this.#network.clock.setTimer(this.#random.next() * 300, () => abort.abort());
    try {
      const reply = await made;
      call.outcome = reply.received ? 'answered' : 'silence';
      if (reply.received && method !== 'note') this.#checkEcho(call, payload, moreBytes, reply.value as Uint8Array);
    } catch (error) {
      call.outcome = RpcError.from(error);
    }
  }

  /** Mostly small, sometimes several datagrams. The first bytes differ from call to call. */
  #payload(id: number): Uint8Array {
    const draw = this.#random.next();
    const length = draw < 0.9 ? draw * 200 : this.#random.next() * 5000;
    const payload = new Uint8Array(8 + Math.floor(length));
    for (let index = 0; index < payload.length; index += 1) payload[index] = id * 31 + index * 7;
    return payload;
  }

  #checkEcho({ id }: MadeCall, sent: Uint8Array, moreBytes: number, echo: Uint8Array): void {
    const same = echo.length === sent.length + moreBytes && Buffer.compare(echo.subarray(0, sent.length), sent) === 0;
    if (!same) this.#violations.push(`call ${id} got back something else than it sent`);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#network.clock.setTimer(ms, resolve));
  }

  async #trouble(): Promise<void> {
    const { trouble } = this.#plan;
    if (trouble === 'none') return;
    const times = 1 + Math.floor(this.#random.next() * 2);
    for (let time = 0; time < times; time += 1) {
      await this.#pause(this.#random.next() * 1500);
      await this.#troubleOnce(trouble);
    }
  }

  get #longestTravelMs(): number {
    const { latencyMs = 0, jitterMs = 0, reorderingMs = 0 } = this.#plan.conditions;
    return latencyMs + jitterMs + reorderingMs;
  }

  async #troubleOnce(trouble: Exclude<Plan['trouble'], 'none'>): Promise<void> {
    const pauseMs = this.#random.next() * 1000;
    switch (trouble) {
      case 'server restarts':
        this.#server.crash();
        // Not sooner than what is on its way has arrived somewhere: docs/decisions/0009 says what that would cost.
        await this.#pause(this.#longestTravelMs + pauseMs);
        this.#server = this.#bindServer();
        return;
      case 'client restarts':
        this.#client.crash();
        for (const call of this.#calls) call.gone ||= call.outcome === undefined;
        this.#client = this.#bindClient();
        this.#stub = this.#stubOf(this.#client);
        return;
      case 'partition':
        this.#network.disconnect(this.#client);
        await this.#pause(pauseMs);
        return this.#network.connect(this.#client);
      case 'client moves':
        return this.#client.moveTo({ host: '10.0.0.3', port: this.#client.address.port + 1 });
      case 'changing network':
        return this.#network.change({ latencyMs: this.#random.next() * 200, jitterMs: this.#random.next() * 50 });
    }
  }

  async #end(): Promise<void> {
    const { clock } = this.#network;
    if (this.#plan.ending === 'close') {
      await this.#network.until(Promise.all([this.#client.close(), this.#server.close()]));
      // What is on its way arrives nowhere; handlers and pauses of this scenario end.
      await clock.advance(DEADLINE_MS + 1000);
    } else {
      await clock.advance(FORGOTTEN_MS);
    }
    if (clock.scheduled > 0) this.#violations.push(`${clock.scheduled} timers are left`);
    for (const [name, endpoint] of Object.entries({ server: this.#server, client: this.#client })) {
      const { pendingCalls, runningHandlers, calls } = endpoint.stats();
      if (pendingCalls + runningHandlers > 0) this.#violations.push(`${name}: calls or handlers are left`);
      const ended = calls.answered + calls.silent + calls.failed + calls.cancelled;
      if (ended !== calls.started) this.#violations.push(`${name}: ${calls.started} calls began, ${ended} ended`);
    }
    this.#violations.push(...this.#traffic.violations);
  }

  /** What callers were told agrees with what ran. */
  #checkLedger(): void {
    for (const { id, method, outcome } of this.#calls) {
      const runs = this.#ledger.runs(id);
      const executed = outcome instanceof RpcError ? outcome.executed : undefined;
      if (runs > 0 && executed === 'no') this.#violations.push(`call ${id} (${method}) ran, and its caller heard no`);
      const ran = outcome === 'answered' || executed === 'yes';
      if (runs === 0 && ran) this.#violations.push(`call ${id} (${method}) did not run, and its caller heard it did`);
    }
  }
}
