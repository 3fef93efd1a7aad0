/** What may happen between two honest parties: what a network does, and what users do. */
import type { Address } from '../../../src/address';
import { DELIVERIES } from '../../../src/delivery';
import type { Step } from '../records';
import { REMEMBERED_MS, type Arena, type Flight } from './arena';
import { BEHAVIOURS } from './calls';
import type { Party } from './party';
import { ALIASES, FORGED } from './setting';

/** Two honest parties, who have each other's address. */
export interface Scene {
  readonly arena: Arena;
  /** Calls Bob, moves, and is called back. */
  readonly alice: Party;
  readonly bob: Party;
  /** A network may bring a datagram of before a restart, and what was sent so long ago. */
  readonly remembersAll: boolean;
}

export type Happening = (scene: Scene, step: Step) => void;

export const TIMES_MS = [0, 0, 1, 5, 10, 11, 20, 25, 40, 100, 333, 1000, 3000, 9000, 16_000, 61_000, 91_000, 121_000];
const DEADLINES_MS = [1, 50, 1000, 3000, 5000, 5000, 5000, 30_000, 60_000];
const ARGS_BYTES = [0, 0, 5, 40, 300, 1100, 1190, 2500, 9000, 17_000];
export const TIMES_TOTAL_MS_MAX = 600_000;

function call(scene: Scene, step: Step): void {
  const { arena, alice, bob } = scene;
  const behaviour = step.one(1, BEHAVIOURS);
  const delivery = step.one(2, DELIVERIES);
  const deadline = arena.now + step.one(4, DEADLINES_MS);
  const wish = { behaviour, delivery, deadline, argsBytes: step.one(3, ARGS_BYTES), oneWay: step.bit(2, 7) };
  const back = step.bit(2, 6) ? bob.held.at(-1)?.via : undefined;
  if (back !== undefined) bob.call({ ...wish, to: back.address }, { via: back, security: undefined });
  else alice.call({ ...wish, to: bob.address }, { waitForReady: step.bit(2, 5), probe: step.byte(5) === 7 });
}

function wait({ arena }: Scene, step: Step): void {
  const ms = step.one(1, TIMES_MS);
  if (ms > 16_000) arena.ledger.mayRepeat = true;
  if (arena.now + ms < TIMES_TOTAL_MS_MAX) arena.advance(ms);
}

/** Takes a datagram off the network. */
function take({ arena }: Scene, step: Step): Flight | undefined {
  const flight = step.pick(1, arena.flights);
  if (flight !== undefined) arena.flights.splice(arena.flights.indexOf(flight), 1);
  return flight;
}

function lose(scene: Scene, step: Step): void {
  take(scene, step);
}

function delay(scene: Scene, step: Step): void {
  const flight = take(scene, step);
  if (flight !== undefined) scene.arena.flights.push({ ...flight, arrivesAt: scene.arena.now + step.one(2, TIMES_MS) });
}

function double({ arena }: Scene, step: Step): void {
  const flight = step.pick(1, arena.flights);
  if (flight !== undefined) arena.flights.push({ ...flight, arrivesAt: flight.arrivesAt + step.one(2, TIMES_MS) });
}

/** Brings a datagram again, from where it came or from elsewhere. */
function replay({ arena, remembersAll }: Scene, step: Step): void {
  const flight = fromEnd(step.byte(1), arena.recorded);
  if (flight === undefined || (!remembersAll && arena.now - flight.at > REMEMBERED_MS)) return;
  if (arena.now - flight.at > 16_000) arena.ledger.mayRepeat = true;
  arena.arrive(flight, elsewhere(step.byte(2), flight.from));
}

/** One of a list, the last one for 0. */
export function fromEnd<T>(index: number, list: readonly T[]): T | undefined {
  return list[list.length - 1 - (index % list.length)];
}

/** Mostly where it comes from. */
export function elsewhere(byte: number, from: Address): Address {
  if (byte < 128) return from;
  return [...FORGED, ...ALIASES][byte % (FORGED.length + ALIASES.length)]!;
}

function finish({ alice, bob }: Scene, step: Step): void {
  const party = step.bit(2, 0) ? alice : bob;
  const request = step.pick(1, party.held);
  if (request !== undefined) party.finish(request, step.bit(2, 1));
}

function cancel({ alice, bob }: Scene, step: Step): void {
  const party = step.bit(2, 0) ? bob : alice;
  const open = step.pick(1, [...party.open.keys()]);
  if (open !== undefined) party.cancel(open);
}

function move({ alice }: Scene, step: Step): void {
  alice.address = step.one(1, ALIASES);
}

/** A process goes, with or without a word, and another one comes. */
function restart(scene: Scene, step: Step): void {
  const { arena, alice, bob, remembersAll } = scene;
  arena.ledger.mayRepeat = true;
  const party = step.bit(1, 0) ? alice : bob;
  if (step.bit(1, 1)) close(scene, party);
  if (!remembersAll) arena.outlive(party);
  party.restart();
}

function close({ arena }: Scene, party: Party): void {
  for (const open of [...party.open.keys()]) party.cancel(open);
  party.engine.close(arena.now);
  party.drain();
}

function refuse({ arena, alice, bob }: Scene, step: Step): void {
  const party = step.bit(1, 0) ? bob : alice;
  const to = step.bit(1, 0) ? alice.address : bob.address;
  arena.ledger.mayRepeat = true;
  for (const refused of party.engine.sendRefused(to, arena.now)) {
    party.open.delete(refused);
    refused.cancelled = true;
  }
  party.drain();
}

/** Common things more than once. */
export const NETWORK: readonly Happening[] = [
  call,
  call,
  call,
  wait,
  wait,
  wait,
  lose,
  delay,
  double,
  replay,
  finish,
  cancel,
  move,
  restart,
  refuse,
];
