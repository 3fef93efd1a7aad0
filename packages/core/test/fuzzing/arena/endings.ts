/** What must hold at the end of everything. */
import type { Address } from '../../../src/address';
import { promise } from '../target';
import type { Arena } from './arena';
import type { Party } from './party';

const DEADLINE_MS_MAX = 61_000;
/** How long an honest call may take after whatever has happened, in milliseconds: a few back-offs. */
const ANSWER_MS_MAX = 30_000;
/**
 * What an engine may hold more than a new one when all is forgotten: two secrets of tokens, two hosts and two networks with
 * their rates, and some room in tables.
 */
const KEPT = { objects: 2 + 4 * 3, entries: 2 + 4, slots: 300, bytes: 64 };

/** Handlers come to their ends, calls to theirs. */
export function finishAll(arena: Arena): void {
  for (const party of arena.parties) for (const request of [...party.held]) party.finish(request);
  arena.advance(DEADLINE_MS_MAX);
  for (const call of arena.ledger.calls) {
    promise(call.cancelled || call.ends.length === 1, () => `call ${call.id} has not ended`);
  }
}

/** Whatever has happened: who calls now is answered. */
export function checkHonestCall(arena: Arena, caller: Party, to: Address): void {
  const deadline = arena.now + ANSWER_MS_MAX;
  const wish = { to, behaviour: 'answers', argsBytes: 20, delivery: 'idempotent', oneWay: false, deadline } as const;
  const call = caller.call(wish);
  arena.advance(ANSWER_MS_MAX);
  promise(call.ends[0] === 'response', () => `an honest call ends with ${call.ends.join()}`);
}

/** After so long nothing is left. */
export function checkForgotten(arena: Arena, ms: number): void {
  arena.dropHeldUp();
  arena.advance(ms);
  for (const { name, engine, heldNow: held, heldAtFirst } of arena.parties) {
    promise(engine.peers().length === 0, () => `${name} has associations still`);
    promise(
      engine.settle() === Infinity,
      () => `${name} wants to be woken at ${engine.settle()}, and has nothing to do`,
    );
    for (const what of ['objects', 'entries', 'slots', 'bytes'] as const) {
      const more = held[what] - heldAtFirst[what];
      promise(more <= KEPT[what], () => `${name} holds ${more} ${what} more than when it was new`);
    }
  }
  for (const call of arena.ledger.calls) arena.ledger.checkRefused(call);
}
