/** The life of a call as its caller sees it: docs/protocol.md §7, whose table and diagram are drawn from this one. */

import type { CallOutcome } from '../../engine.js';

export type CallState = 'waiting' | 'sent' | 'arrived' | 'ended';

export type CallEvent =
  /** Written into a packet. */
  | 'written'
  /** All packets that carry it were acknowledged. */
  | 'acknowledged'
  /** A result or failure came, or a one-way call needs none. */
  | 'replied'
  /** Its deadline came. */
  | 'expired'
  /** Its caller gave it up. */
  | 'cancelled'
  /** Its association ended, and it may not go on. */
  | 'reset'
  /** Its association ended, and it goes on with another. */
  | 'restarted';

const ENDS = { replied: 'ended', expired: 'ended', cancelled: 'ended', reset: 'ended', restarted: 'waiting' } as const;

/** Every legal transition. */
export const CALL_STATES: Readonly<Record<CallState, Readonly<Partial<Record<CallEvent, CallState>>>>> = {
  waiting: { written: 'sent', ...ENDS },
  sent: { acknowledged: 'arrived', ...ENDS },
  arrived: ENDS,
  ended: {},
};

/** A state that leads on to the next one by the name of an event; by an event that it does not know, to itself. */
export type CallNode = { readonly [E in CallEvent]: CallNode };

/**
 * The same table as nodes that lead to each other, all of one shape: a call moves on by one property. To look two names
 * up in the table takes longer than all else that an acknowledgement does with a call.
 */
export const CALL_NODES = nodesOf(CALL_STATES);

function nodesOf(table: typeof CALL_STATES): Readonly<Record<CallState, CallNode>> {
  const nodes = { waiting: newNode(), sent: newNode(), arrived: newNode(), ended: newNode() };
  for (const state of Object.keys(nodes) as CallState[]) {
    const node = nodes[state];
    for (const event of Object.keys(node) as CallEvent[]) node[event] = nodes[table[state][event] ?? state];
  }
  return nodes as Record<CallState, CallNode>;
}

/** Leads nowhere yet. */
function newNode(): Record<CallEvent, unknown> {
  return {
    written: undefined,
    acknowledged: undefined,
    replied: undefined,
    expired: undefined,
    cancelled: undefined,
    reset: undefined,
    restarted: undefined,
  };
}

/** What each outcome is in the life of a call. */
export const ENDED_BY: Readonly<Record<CallOutcome, CallEvent>> = {
  answered: 'replied',
  failed: 'replied',
  silent: 'expired',
  cancelled: 'cancelled',
};
