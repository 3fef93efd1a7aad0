import type { Executed } from '../../src/errors';
import { RpcError } from '../../src/index';
import { loadCrypto } from '../../src/security';
import { DEADLINE_MS_MAX, NativeWorld, STRANGER, type MadeCall } from './native-world';
import { TrafficWatch } from './native-traffic';
import { planOf, type Plan, type PlanOptions } from './plan';
import { TROUBLES } from './troubles';

/**
 * After so long without calls nothing may be left: the caller's association, which may send cancellations until it is
 * idle; the callee's, which is idle 120 s after it heard the last of them; and then its tombstone.
 */
const FORGOTTEN_MS = 3 * 120_000 + 10_000;

const CALLS = 100;

/** What became of a seed. */
export interface ScenarioResult {
  readonly seed: number;
  readonly plan: Plan;
  /** What must not happen and did; empty if all is well. */
  readonly violations: readonly string[];
  /** Calls that want an answer and were not cancelled, best effort not counted. */
  readonly wanted: number;
  readonly answered: number;
  /** Those of them that were made while nothing was bad but what the network does. */
  readonly fairWanted: number;
  readonly fairAnswered: number;
  readonly traffic: TrafficWatch;
  readonly simulatedMs: number;
}

/** What a run is told beside its seed. */
export interface RunOptions extends PlanOptions {
  readonly traffic?: TrafficWatch;
}

/** Runs one seed from the first call until nothing is left. */
export async function runScenario(seed: number, options: RunOptions = {}): Promise<ScenarioResult> {
  const { traffic = new TrafficWatch() } = options;
  if (options.sealed === true) await loadCrypto();
  const plan = planOf(seed, options);
  const { prepare, serverComesLate, happen } = TROUBLES[plan.scenario];
  const world = new NativeWorld(seed, plan, traffic);
  prepare?.(world);
  if (serverComesLate !== true) world.startServer();
  world.startClient();
  await stranger(world);
  const trouble = happen?.(world);
  const callers = Array.from({ length: plan.inFlight }, () => callInTurn(world));
  await world.network.until(Promise.all([...callers, trouble, world.streams.run()]));
  await world.streams.check();
  await end(world);
  checkLedger(world);
  return resultOf(seed, world);
}

/** Somebody who calls once and is gone: must not be sent more than three times what it sent. */
async function stranger(world: NativeWorld): Promise<void> {
  const endpoint = world.bindCaller(STRANGER);
  void world.stubOf(endpoint).once(-1, world.payload(-1), 1 + Math.floor(world.upTo(20_000)));
  if (world.random.chance(0.5)) await world.network.advance(0);
  endpoint.crash();
}

/** One of those who call: makes calls one after the other, as long as there are any. */
async function callInTurn(world: NativeWorld): Promise<void> {
  while (world.calls.length < CALLS) {
    await world.call();
    if (world.random.chance(0.1)) await world.pause(world.upTo(200));
    await world.awake;
  }
}

async function end(world: NativeWorld): Promise<void> {
  const { network, server, client, violations } = world;
  if (world.plan.ending === 'close') {
    await network.until(Promise.all([client.close(), server.close()]));
    // What is on its way arrives nowhere; handlers and pauses of this scenario end.
    await network.advance(DEADLINE_MS_MAX + 1000);
  } else {
    await network.advance(FORGOTTEN_MS);
  }
  if (network.clock.scheduled > 0) violations.push(`${network.clock.scheduled} timers are left`);
  for (const [name, endpoint] of Object.entries({ server, client })) {
    const { pendingCalls, runningHandlers, calls } = endpoint.stats();
    if (pendingCalls + runningHandlers > 0) violations.push(`${name}: calls or handlers are left`);
    const ended = calls.answered + calls.silent + calls.failed + calls.cancelled;
    if (ended !== calls.started) violations.push(`${name}: ${calls.started} calls began, ${ended} ended`);
  }
  violations.push(...world.traffic.violations.slice(0, 3));
}

/** What callers were told agrees with what ran. */
function checkLedger({ calls, ledger, violations, waitForReady, serverCloses }: NativeWorld): void {
  for (const { id, method, outcome, cancelled } of calls) {
    const runs = ledger.runs(id);
    const executed = executedOf(outcome);
    if (runs > 0 && executed === 'no') violations.push(`call ${id} (${method}) ran, and its caller heard no`);
    // A call that wants no answer is delivered, and no more: whoever closes cannot refuse it.
    const isDelivered = method === 'note' && serverCloses;
    const ran = (outcome === 'answered' && !isDelivered) || executed === 'yes';
    if (runs === 0 && ran) violations.push(`call ${id} (${method}) did not run, and its caller heard it did`);
    const isInDoubt = executed === 'unknown' && !cancelled;
    if (waitForReady && isInDoubt) violations.push(`call ${id} (${method}) waited for the server, and is in doubt`);
  }
}

function executedOf(outcome: MadeCall['outcome']): Executed | undefined {
  return outcome instanceof RpcError ? outcome.executed : undefined;
}

function resultOf(seed: number, { plan, violations, calls, traffic, now }: NativeWorld): ScenarioResult {
  const counted = calls.filter((call) => !call.cancelled && !call.gone && call.method !== 'attempt');
  const fair = counted.filter((call) => call.fair);
  const answered = (among: typeof calls): number => among.filter(({ outcome }) => outcome === 'answered').length;
  return {
    seed,
    plan,
    violations,
    wanted: counted.length,
    answered: answered(counted),
    fairWanted: fair.length,
    fairAnswered: answered(fair),
    traffic,
    simulatedMs: now,
  };
}
