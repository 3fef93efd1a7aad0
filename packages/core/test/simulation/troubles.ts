import type { Address } from '../../src/index';
import { NATIVE_DATAGRAM_BYTES_DEFAULT, PROBED_DATAGRAM_BYTES_MAX } from '../../src/limits';
import { CLIENT, DEADLINE_MS_MAX, SERVER, type NativeWorld } from './native-world';
import type { ScenarioName } from './plan';

/** After so long what was cut off is found again: the longest pause between probes, several times for what is lost of them. */
const FOUND_AGAIN_MS = 15_000;

/** Calls that are made when a trouble is over, one after the other. */
const CALLS_AFTERWARDS = 10;

/** A deadline that nothing bearable outlasts, in milliseconds. */
const PATIENCE_MS = 20_000;

/** More opening packets than one association sends. */
const OPENING_PACKETS_MAX = 50;

interface Trouble {
  /** Says how the world begins, before any endpoint is bound. */
  readonly prepare?: (world: NativeWorld) => void;
  /** Whether the server is there from the beginning. */
  readonly serverComesLate?: boolean;
  /** What happens while the calls of the run are made. */
  readonly happen?: (world: NativeWorld) => Promise<void>;
}

/** What happens in each scenario. */
export const TROUBLES: Readonly<Record<ScenarioName, Trouble>> = {
  'calm': {},
  'server-restarts': { happen: (world) => repeatedly(world, restartServer) },
  'client-restarts': { happen: (world) => repeatedly(world, restartClient) },
  'partition': { happen: (world) => repeatedly(world, (pauseMs) => cutOff(world, pauseMs)) },
  'client-moves': { happen: (world) => repeatedly(world, () => moveClient(world)) },
  'changing-network': { happen: (world) => repeatedly(world, () => changeNetwork(world)) },
  'outage': { happen: outage },
  'sleep': { happen: sleep },
  'two-addresses': { prepare: twoAddresses },
  'other-address': { prepare: otherAddress },
  'great-numbers': { prepare: greatNumbers },
  'start-order': { prepare: perhapsWaiting, serverComesLate: true, happen: lateServer },
  'first-answers': { happen: firstAnswers },
  'moves-in-reply': { happen: movesInReply },
  'black-holes': { prepare: probesSize, happen: blackHoles },
  'streams': { prepare: leavesCallsAside },
  'server-drains': { happen: serverDrains },
};

/** Once or twice, with a pause of up to a second for each. */
async function repeatedly(
  world: NativeWorld,
  once: (pauseMs: number, world: NativeWorld) => Promise<void> | void,
): Promise<void> {
  world.fair = false;
  const times = 1 + Math.floor(world.upTo(2));
  for (let time = 0; time < times; time += 1) {
    await world.pause(world.upTo(1500));
    await once(world.upTo(1000), world);
  }
}

async function restartServer(pauseMs: number, world: NativeWorld): Promise<void> {
  const { latencyMs, jitterMs, reorderingMs } = world.network.conditions;
  world.server.crash();
  // Not sooner than what is on its way has arrived somewhere: docs/decisions/0009 says what that would cost.
  await world.pause(latencyMs + jitterMs + reorderingMs + pauseMs);
  world.startServer();
}

/** The server drains, is closed a while later, and another takes its place; several times. */
async function serverDrains(world: NativeWorld): Promise<void> {
  world.fair = false;
  world.serverCloses = true;
  const times = 1 + Math.floor(world.upTo(4));
  for (let time = 0; time < times; time += 1) {
    await world.pause(world.upTo(1500));
    const { complete } = await world.server.drain({ timeoutMs: world.upTo(4000) });
    if (complete) checkNothingRuns(world);
    await world.pause(world.random.chance(0.5) ? 0 : world.upTo(2000));
    await world.server.close({ graceMs: world.upTo(200) });
    const { latencyMs, jitterMs, reorderingMs } = world.network.conditions;
    await world.pause(latencyMs + jitterMs + reorderingMs + world.upTo(1000));
    world.startServer();
  }
  await callAfterwards(world);
}

/** Whoever made a call that ran knows what came of it, if an answer was promised. */
function checkNothingRuns({ calls, ledger, violations }: NativeWorld): void {
  for (const { id, method, outcome } of calls) {
    if (method === 'note' || method === 'attempt' || outcome !== undefined || ledger.runs(id) === 0) continue;
    violations.push(`call ${id} (${method}) ran, its server has drained, and its caller waits`);
  }
}

function restartClient(_pauseMs: number, world: NativeWorld): void {
  world.client.crash();
  for (const call of world.calls) call.gone ||= call.outcome === undefined;
  world.streams.callerGone();
  world.startClient();
}

async function cutOff(world: NativeWorld, ms: number): Promise<void> {
  world.network.disconnect(world.client);
  await world.pause(ms);
  world.network.connect(world.client);
}

function moveClient(world: NativeWorld): void {
  world.moveClient({ host: '10.0.0.3', port: world.client.address.port + 1 });
}

function changeNetwork(world: NativeWorld): void {
  world.network.change({ latencyMs: world.upTo(200), jitterMs: world.upTo(50) });
}

/** Makes some calls that nothing is an excuse for any more. */
async function callAfterwards(world: NativeWorld): Promise<void> {
  await world.pause(FOUND_AGAIN_MS);
  world.fair = true;
  for (let index = 0; index < CALLS_AFTERWARDS; index += 1) await world.call();
}

async function outage(world: NativeWorld): Promise<void> {
  world.fair = false;
  await world.pause(world.upTo(1500));
  await cutOff(world, 1000 + world.upTo(world.random.chance(0.3) ? 150_000 : 20_000));
  await callAfterwards(world);
}

/** One of both machines sleeps; the client makes no calls as long as it is its own. */
async function sleep(world: NativeWorld): Promise<void> {
  world.fair = false;
  await world.pause(world.upTo(1500));
  const sleeper = world.random.chance(0.5) ? world.client : world.server;
  world.network.sleep(sleeper);
  const slept = world.pause(1000 + world.upTo(200_000)).then(() => world.network.wake(sleeper));
  if (sleeper === world.client) world.awake = slept;
  await slept;
  await callAfterwards(world);
}

/** What the client sends comes from two addresses in turn, of one host or two. */
function twoAddresses({ network, random }: NativeWorld): void {
  const other: Address = random.chance(0.5) ? { ...CLIENT, port: 99 } : { host: '10.0.0.99', port: 2 };
  network.translate(CLIENT, random.chance(0.5) ? [CLIENT, other] : [other, CLIENT]);
}

/** The server answers from another address than the one that is dialled. */
function otherAddress(world: NativeWorld): void {
  world.dialled = { host: '10.0.0.11', port: 11 };
  world.network.alias(world.dialled, SERVER);
}

/** Packet numbers begin where their low halves, or the signs of those, are about to change. */
function greatNumbers(world: NativeWorld): void {
  // What seals an opening packet is its whole number, of which only the low half is in its header: it must stay below.
  const room = world.plan.sealing === undefined ? 0 : OPENING_PACKETS_MAX;
  const near = (): number => 2 ** (world.random.chance(0.7) ? 32 : 31) - room - Math.ceil(world.upTo(150 - room));
  const side = Math.floor(world.upTo(3));
  world.firstNumbers = [side === 1 ? 0 : near(), side === 0 ? 0 : near()];
}

/** So much is lost that no call is promised an answer in its time. */
function leavesCallsAside(world: NativeWorld): void {
  world.fair = false;
}

function perhapsWaiting(world: NativeWorld): void {
  world.waitForReady = world.random.chance(0.5);
}

async function lateServer(world: NativeWorld): Promise<void> {
  world.fair = false;
  await world.pause(world.upTo(world.random.chance(0.5) ? 3000 : 20_000));
  world.startServer();
  await callAfterwards(world);
}

/** Callers that call once each, with answers of more than may be sent to them at first. */
async function firstAnswers(world: NativeWorld): Promise<void> {
  for (let index = 0; index < CALLS_AFTERWARDS; index += 1) {
    const client = world.bindCaller({ host: `10.1.0.${index}`, port: 1 });
    const moreBytes = Math.floor(world.upTo(world.random.chance(0.3) ? 20_000 : 3000));
    const stub = world.stubOf(client, PATIENCE_MS);
    const call = await world.call({ stub, method: 'once', moreBytes, deadlineMs: PATIENCE_MS });
    if (call.outcome !== 'answered')
      world.violations.push(`first call ${call.id} was not answered in ${PATIENCE_MS} ms`);
    await client.close({ graceMs: 0 });
  }
}

/** One side or the other moves while a large answer is on its way, once or several times. */
async function movesInReply(world: NativeWorld): Promise<void> {
  // What is small goes before a large answer, and what is large waits for it.
  world.fair = false;
  const deadlineMs = DEADLINE_MS_MAX;
  const moreBytes = Math.floor(world.upTo(world.random.chance(0.2) ? 300_000 : 50_000));
  const stub = world.stubOf(world.client, deadlineMs);
  const made = world.call({ stub, method: 'once', moreBytes, deadlineMs });
  const moves = 1 + Math.floor(world.upTo(3));
  for (let move = 0; move < moves; move += 1) {
    await world.pause(world.upTo(300));
    if (world.random.chance(0.7)) {
      const host = world.random.chance(0.5) ? world.client.address.host : `10.0.2.${move}`;
      world.moveClient({ host, port: 100 + move });
    } else {
      const before = world.server.address;
      const address = { host: `10.0.3.${move}`, port: 1 };
      world.traffic.amplification.moved(before.host, address.host);
      world.server.moveTo(address);
      // A NAT: what is sent to where it was finds it, and who was called there must not be left alone.
      for (const old of [SERVER, before]) world.network.alias(old, address);
    }
  }
  const call = await made;
  if (call.outcome !== 'answered') world.violations.push(`call ${call.id} was not answered in ${deadlineMs} ms`);
}

function probesSize(world: NativeWorld): void {
  world.probesSize = true;
  world.traffic.datagramBytesMax = PROBED_DATAGRAM_BYTES_MAX.ipv4;
}

/** The way carries more or less from one moment to the next, while large answers are on it. */
async function blackHoles(world: NativeWorld): Promise<void> {
  world.fair = false;
  const deadlineMs = DEADLINE_MS_MAX;
  const stub = world.stubOf(world.client, deadlineMs);
  const made = [];
  for (let change = 0; change < 4; change += 1) {
    world.network.change({ datagramBytesMax: NATIVE_DATAGRAM_BYTES_DEFAULT + Math.floor(world.upTo(400)) });
    const moreBytes = Math.floor(world.upTo(world.random.chance(0.2) ? 300_000 : 50_000));
    made.push(world.call({ stub, method: 'once', moreBytes, deadlineMs }));
    await world.pause(world.upTo(1500));
  }
  for (const { id, outcome } of await Promise.all(made)) {
    if (outcome !== 'answered') world.violations.push(`call ${id} was not answered in ${deadlineMs} ms`);
  }
}
