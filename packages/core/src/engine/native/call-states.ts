/** The life of a call as its caller sees it: docs/protocol.md §7, whose table and diagram are drawn from this one. */

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
