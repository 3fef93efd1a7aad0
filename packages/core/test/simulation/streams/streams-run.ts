/** The calls with streams of one run beside its other calls, and what must hold of them. */
import { createClient } from '@rpcudp/client';
import { RpcError } from '../../../src/index';
import { SeededRandom } from '../../../src/testing';
import { STRANGER, type NativeWorld } from '../native-world';
import { MadeStream } from './made-stream';
import { StreamContract, StreamLedger, type HandlerRun } from './stream-ledger';
import { drawStream, isBestEffort } from './stream-plan';
import { isPlanned, type Witness } from './values';

/** How long the other side may need to be heard for the first time, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** A time that no stream takes, whatever happens to it, in milliseconds. */
const STREAM_MS_MAX = 900_000;

/** When nothing of the streams may be left after the last has ended, in milliseconds: cancellations may have to be repeated. */
const SETTLED_MS = 60_000;

/** How long a handler may take after that to notice that its caller is gone, and to end a rest, in milliseconds. */
const HANDLER_MS_MAX = 90_000;

/** In how much time all of them begin, in milliseconds. */
const BEGIN_MS = 2000;

/** Scenarios in which a stream may end before its time: a process is gone, or was not heard for as long as that takes. */
const MAY_BREAK: readonly string[] = [
  'server-restarts',
  'client-restarts',
  'outage',
  'sleep',
  'start-order',
  'server-drains',
];

export class StreamsRun implements Witness {
  readonly made: MadeStream[] = [];
  readonly ledger: StreamLedger;
  readonly #world: NativeWorld;
  readonly #random: SeededRandom;
  #wakeGone: (() => void)[] = [];

  constructor(seed: number, world: NativeWorld) {
    this.#world = world;
    this.#random = new SeededRandom(0x8000_0000 + seed);
    this.ledger = new StreamLedger(this, ({ id }) => this.made[id]?.taker?.taken ?? 0);
  }

  get clock(): NativeWorld['network']['clock'] {
    return this.#world.network.clock;
  }

  complain(problem: string): void {
    this.#world.violations.push(problem);
  }

  /** A process serves from now on. */
  serve(): void {
    this.ledger.processes += 1;
    this.#world.server.serve(StreamContract, this.ledger);
  }

  /** The process that made what is under way was killed. */
  callerGone(): void {
    for (const stream of this.made) stream.gone ||= stream.outcome === undefined;
    for (const wake of this.#wakeGone.splice(0)) wake();
  }

  /** Makes all of them, each when its time has come, and waits for their ends. */
  async run(): Promise<void> {
    const { streams } = this.#world.plan;
    await Promise.all(Array.from({ length: streams }, () => this.#one()));
  }

  async #one(): Promise<void> {
    const world = this.#world;
    const plan = drawStream(this.made.length, this.#random);
    const stream = new MadeStream(plan, this, ({ id }) => this.ledger.runs(id).at(-1)?.taker?.taken ?? 0);
    this.made.push(stream);
    this.ledger.plan(plan);
    await world.pause(this.#random.next() * BEGIN_MS);
    await world.awake;
    const stub = createClient(StreamContract, world.peerOf(world.client, TIMEOUT_MS));
    await new Promise<void>((resolve) => {
      const forget = this.clock.setTimer(STREAM_MS_MAX, resolve);
      const over = (): void => {
        forget();
        resolve();
      };
      this.#wakeGone.push(over);
      void stream.run(stub).then(over);
    });
  }

  /** Checks what has become of each, when time has gone by and before anything is closed. */
  async check(): Promise<void> {
    if (this.made.length === 0) return;
    await this.#world.network.advance(SETTLED_MS);
    for (const stream of this.made) this.#checkOne(stream);
    this.#checkNothingLeft();
    await this.#world.network.advance(HANDLER_MS_MAX);
    this.#checkHandlers();
  }

  #checkOne(stream: MadeStream): void {
    const { plan, outcome, gone } = stream;
    const complain = (problem: string): void =>
      this.complain(`stream ${plan.id} (${plan.method}) ${problem}: ${JSON.stringify({ plan, outcome })}`);
    if (gone) return;
    if (outcome === undefined) return complain('has not ended');
    const runs = this.ledger.runs(plan.id);
    if (runs.length > 1 && plan.method !== 'watchAgain') complain(`ran ${runs.length} times`);
    if (outcome instanceof RpcError) checkExecuted(stream, outcome, runs, complain);
    if (!endedAsPlanned(stream, runs.at(-1)) && !this.#mayBreak(stream, outcome)) complain('did not end as planned');
    checkMissed(stream, complain);
    const { giver } = stream;
    if (giver?.begun === true && giver.over === undefined) complain('has ended, and its source has not');
  }

  #mayBreak({ cancelled }: MadeStream, outcome: MadeStream['outcome']): boolean {
    if (!MAY_BREAK.includes(this.#world.plan.scenario)) return false;
    if (outcome === 'silence') return true;
    if (!(outcome instanceof RpcError)) return false;
    return outcome.code === 'UNAVAILABLE' || outcome.code === 'DEADLINE_EXCEEDED' || cancelled;
  }

  #checkHandlers(): void {
    for (const run of this.ledger.allRuns) {
      if (!run.over && run.process === this.ledger.processes) this.complain('a handler of a stream has not ended');
    }
  }

  #checkNothingLeft(): void {
    const { server, client, plan } = this.#world;
    if (MAY_BREAK.includes(plan.scenario)) return;
    for (const [name, endpoint] of Object.entries({ server, client })) {
      for (const { address, calls, requests, inFlightBytes, roundTripMs } of endpoint.stats().peers) {
        if (address.host === STRANGER.host) continue;
        // To an opener that never acknowledged anything no more may be sent, so that what was sent is kept until it is idle.
        const left = [calls.pending, requests, roundTripMs === undefined ? 0 : inFlightBytes];
        if (left.some((amount) => amount > 0))
          this.complain(`${name}: something of the streams is left: ${left.join()}`);
      }
    }
  }
}

type Complain = (problem: string) => void;

/** An error says truly whether anything ran. */
function checkExecuted(stream: MadeStream, { executed }: RpcError, runs: readonly unknown[], complain: Complain): void {
  if (executed === 'no' && runs.length > 0) complain('ran, and its caller heard no');
  if (executed === 'yes' && runs.length === 0) complain('did not run, and its caller heard it did');
  if (executed !== 'yes' && (stream.taker?.taken ?? 0) > 0) complain(`gave values, and its caller heard ${executed}`);
}

/** What was lost or overtaken, and what was read, are all up to the last value. */
function checkMissed({ plan, taker, missed, outcome }: MadeStream, complain: Complain): void {
  if (taker === undefined) return;
  if (!isBestEffort(plan)) {
    if (missed > 0) complain(`is reliable and missed ${missed}`);
    return;
  }
  const counted = taker.taken + missed;
  if (outcome === 'left' ? counted < taker.last + 1 : counted !== taker.last + 1)
    complain(`missed ${missed} and gave ${taker.taken} of ${taker.last + 1}`);
}

function endedAsPlanned(stream: MadeStream, run: HandlerRun | undefined): boolean {
  const { outcome, cancelled, taker } = stream;
  if (cancelled) return outcome === 'left' || (outcome instanceof RpcError && outcome.code === 'CANCELLED');
  if (outcome === 'left') return taker?.over === 'enough';
  if (outcome === 'done') return isGivenDone(stream, run) && isAnsweredDone(stream, run);
  return outcome instanceof RpcError && failedAsPlanned(stream, outcome);
}

function failedAsPlanned(stream: MadeStream, error: RpcError): boolean {
  const { plan, giver } = stream;
  if (isPlanned(error, plan, 0)) return giver?.over === 'fails';
  const isHandlers = plan.answered.ending === 'fails' && isPlanned(error, plan, 1) && error.executed === 'yes';
  return isHandlers && hasAll(stream);
}

/** Whether the handler has read all that its caller gave, or as much as it wanted. */
function isGivenDone({ plan, giver }: MadeStream, run: HandlerRun | undefined): boolean {
  if (giver === undefined) return true;
  const { over, complete } = run!.taker!;
  return complete && (over === 'enough' || plan.given.ending === 'done');
}

function isAnsweredDone(stream: MadeStream, run: HandlerRun | undefined): boolean {
  const { plan, taker, answer } = stream;
  if (taker === undefined) return answer === run!.taker!.taken;
  return plan.answered.ending === 'done' && hasAll(stream);
}

/** Whether the caller has had all that there was to have. */
function hasAll({ plan, taker }: MadeStream): boolean {
  return isBestEffort(plan) || taker?.taken === plan.answered.count;
}
