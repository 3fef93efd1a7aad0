/**
 * Runs Kademlia networks on the simulated network, and holds them to what is promised.
 *
 *   npm run simulate -- --scenario kademlia [--nodes 1000] [--wire rpcudp|native] [--seed 1]
 */
import { parseArgs } from 'node:util';
import type { WireName } from '@rpcudp/core';
import { BUCKET_CONTACTS, SETTLE_MS } from '../src/limits';
import { SimulatedWorld, textOf } from './simulated-nodes';

/** Lookups, values stored and values looked for, in each part. */
const SAMPLES = 100;

/** A one-way delay that makes a round trip of 50 ms. */
const LATENCY_MS = 25;

/** Nodes that join at the same time. On the native wire, what the first ones needed for that is forgotten when the last ones come. */
const JOINING = { rpcudp: 10, native: 5 };

const violations: string[] = [];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says a figure, and remembers if it breaks a promise. */
function figure(name: string, value: number, kept: boolean, promise: string): void {
  say(`  ${kept ? ' ' : '!'} ${name.padEnd(44)} ${String(Math.round(value * 1000) / 1000).padStart(9)}   ${promise}`);
  if (!kept) violations.push(`${name}: ${value}`);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

async function populate(world: SimulatedWorld, nodes: number, wire: WireName): Promise<void> {
  while (world.inhabitants.length < nodes) {
    const count = Math.min(JOINING[wire], Math.max(1, world.inhabitants.length), nodes - world.inhabitants.length);
    await world.network.until(Promise.all(Array.from({ length: count }, () => world.enter({}, { wires: [wire] }))));
  }
  figure('datagrams a node to join', world.datagrams / nodes, world.datagrams / nodes <= 50, '≤ 50');
  const before = world.datagrams;
  await world.network.advance(2 * SETTLE_MS);
  say(`    datagrams a node to settle, later: ${((world.datagrams - before) / nodes).toFixed(1)}`);
}

async function lookUpInCalm(world: SimulatedWorld): Promise<void> {
  const [hops, calls, times]: [number[], number[], number[]] = [[], [], []];
  let exact = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const { node } = world.any();
    const target = world.random.bytes(20);
    const began = world.network.clock.now;
    const lookup = node.lookup(target);
    const found = await world.network.until(lookup.nodes);
    if (found.map(({ address }) => address).join() === world.nearest(target, BUCKET_CONTACTS, node).join()) exact += 1;
    hops.push(lookup.hops);
    calls.push(lookup.calls);
    times.push(world.network.clock.now - began);
  }
  const most = Math.log2(world.inhabitants.length) / 2;
  figure('hops of a lookup', mean(hops), mean(hops) <= most, `≤ log2(N) / 2 = ${most.toFixed(2)}`);
  figure('lookups that are exact, %', (100 * exact) / SAMPLES, exact === SAMPLES, '100');
  say(
    `    calls of a lookup: ${mean(calls).toFixed(1)}; p50 ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
  );
}

async function storeUnderLoss(world: SimulatedWorld): Promise<void> {
  world.network.change({ loss: 0.1 });
  const [copies, times]: [number[], number[]] = [[], []];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const began = world.network.clock.now;
    const { holders } = await world.network.until(world.any().node.set(`lossy ${sample}`, sample));
    copies.push(holders.length);
    times.push(world.network.clock.now - began);
  }
  world.network.change({ loss: 0 });
  figure('copies stored at 10 % loss', mean(copies), mean(copies) >= 19, '≥ 19');
  const p95 = percentile(times, 0.95);
  figure('set at 10 % loss, p95, ms', p95, p95 < 1000, '< 1,000');
}

async function findAmongDead(world: SimulatedWorld): Promise<void> {
  for (let sample = 0; sample < SAMPLES; sample += 1)
    await world.network.until(world.any().node.set(`key ${sample}`, sample));
  const doomed = Math.floor(0.3 * world.inhabitants.length);
  for (let count = 0; count < doomed; count += 1) world.kill(world.any());
  const alive = new Set(world.inhabitants.map(({ endpoint: { address } }) => textOf(address)));
  const times: number[] = [];
  let [found, dead] = [0, 0];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const began = world.network.clock.now;
    const result = await world.network.until(world.any().node.get(`key ${sample}`));
    times.push(world.network.clock.now - began);
    if (result.found && result.value === sample) found += 1;
    const nodes = await world.network.until(world.any().node.lookup(`key ${sample}`).nodes);
    dead += nodes.filter(({ address }) => !alive.has(address)).length;
  }
  figure('values found after 30 % died, %', (100 * found) / SAMPLES, found >= 0.99 * SAMPLES, '≥ 99');
  figure('dead nodes in results', dead, dead === 0, '0');
  say(
    `    get after 30 % died: p50 ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
  );
}

async function simulate(wire: WireName, nodes: number, seed: number): Promise<void> {
  const began = performance.now();
  say(`${nodes} nodes on the ${wire} wire, round trip ${2 * LATENCY_MS} ms, seed ${seed}:`);
  const world = new SimulatedWorld({ seed, latencyMs: LATENCY_MS });
  for (const part of [
    () => populate(world, nodes, wire),
    () => lookUpInCalm(world),
    () => storeUnderLoss(world),
    () => findAmongDead(world),
  ])
    await part();
  const seconds = (performance.now() - began) / 1000;
  say(
    `    ${seconds.toFixed(1)} s, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB, ${world.datagrams} datagrams`,
  );
}

/** @throws Error for options that are none */
export async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { scenario: text, nodes: text, wire: text, seed: text } });
  const wires: WireName[] = values.wire === undefined ? ['rpcudp', 'native'] : [values.wire as WireName];
  for (const wire of wires) await simulate(wire, Number(values.nodes ?? 1000), Number(values.seed ?? 1));
  if (violations.length === 0) return;
  say(`Broken:\n- ${violations.join('\n- ')}`);
  process.exitCode = 1;
}
