/** What may happen between two honest parties: what a network does, and what users do. */
import type { Address } from '../../../src/address';
import { DELIVERIES } from '../../../src/delivery';
import type { Step } from '../records';
import { OPENING_PACKET, SEALED_OPENING_PACKET } from '../../../src/wire/native/packet';
import { AWAY_MS, REMEMBERED_MS, type Arena, type Flight } from './arena';
import type { OutgoingCall } from '../../../src/engine/engine';
import { BEHAVIOURS, type Wish } from './calls';
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
  const { arena } = scene;
  const behaviour = step.one(1, BEHAVIOURS);
  const delivery = step.one(2, DELIVERIES);
  const deadline = arena.now + step.one(4, DEADLINES_MS);
  const wish = { behaviour, delivery, deadline, argsBytes: step.one(3, ARGS_BYTES), oneWay: step.bit(2, 7) };
  makeCall(scene, step, wish, { probe: step.byte(5) === 7 });
}

/** A call that is answered with items, takes some, or both. */
function stream(scene: Scene, step: Step): void {
  const { arena } = scene;
  const answers = step.byte(5) % 3 !== 1;
  const takes = step.byte(5) % 3 !== 0;
  const deadline = arena.now + step.one(4, DEADLINES_MS);
  const streams = { answers, takes, arrivesBy: Math.min(deadline, arena.now + 5000) };
  const behaviour = step.one(1, BEHAVIOURS);
  const delivery = step.one(2, DELIVERIES);
  makeCall(
    scene,
    step,
    { behaviour, delivery, deadline, argsBytes: step.one(3, ARGS_BYTES), oneWay: false },
    { streams },
  );
}

function makeCall({ alice, bob }: Scene, step: Step, wish: Omit<Wish, 'by' | 'to'>, more: Partial<OutgoingCall>): void {
  const back = step.bit(2, 6) ? bob.held.at(-1)?.via : undefined;
  if (back !== undefined)
    bob.call({ ...wish, to: back.address }, { streams: more.streams, via: back, security: undefined });
  else alice.call({ ...wish, to: bob.address }, { ...more, waitForReady: step.bit(2, 5) });
}

/** Slow readers of streams take what has come. */
function read({ alice, bob }: Scene, step: Step): void {
  for (const end of (step.bit(1, 0) ? bob : alice).streams) end.read();
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
  if (flight !== undefined) bring(scene, { ...flight, arrivesAt: scene.arena.now + step.one(2, TIMES_MS) });
}

function double(scene: Scene, step: Step): void {
  const flight = step.pick(1, scene.arena.flights);
  if (flight !== undefined) bring(scene, { ...flight, arrivesAt: flight.arrivesAt + step.one(2, TIMES_MS) });
}

function bring(scene: Scene, flight: Flight): void {
  if (!isTooLate(scene, flight, flight.arrivesAt)) scene.arena.flights.push(flight);
}

/**
 * Whether a packet that opens an association was on its way for longer than its receiver was away in a restart: the receiver may
 * take it for newer than itself, docs/protocol.md §5.5.
 */
function isTooLate({ arena, remembersAll }: Scene, { at, datagram, to }: Flight, arrivesAt: number): boolean {
  if (remembersAll || (datagram[0] !== OPENING_PACKET && datagram[0] !== SEALED_OPENING_PACKET)) return false;
  const wasAway = arena.parties.some((party) => party.isAt(to) && party.restarts > 0);
  return wasAway && arrivesAt - at > AWAY_MS;
}

/** Brings a datagram again, from where it came or from elsewhere. */
function replay(scene: Scene, step: Step): void {
  const { arena, remembersAll } = scene;
  const flight = fromEnd(step.byte(1), arena.recorded);
  if (flight === undefined || isTooLate(scene, flight, arena.now)) return;
  if (!remembersAll && arena.now - flight.at > REMEMBERED_MS) return;
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
  stream,
  stream,
  read,
];
