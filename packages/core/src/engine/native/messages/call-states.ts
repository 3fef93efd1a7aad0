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

/** A state that leads on to the next one by the name of an event; by an event that it does not know, to itself. */
export type CallPlace = { readonly [E in CallEvent]: CallPlace };

/**
 * The same table as places that lead to each other, all of one shape: a call moves on by one property. To look two names
 * up in the table takes longer than all else that an acknowledgement does with a call.
 */
export const CALL_PLACES = placesOf(CALL_STATES);

function placesOf(table: typeof CALL_STATES): Readonly<Record<CallState, CallPlace>> {
  const places = { waiting: newPlace(), sent: newPlace(), arrived: newPlace(), ended: newPlace() };
  for (const state of Object.keys(places) as CallState[]) {
    const place = places[state];
    for (const event of Object.keys(place) as CallEvent[]) place[event] = places[table[state][event] ?? state];
  }
  return places as Record<CallState, CallPlace>;
}

/** Leads nowhere yet. */
function newPlace(): Record<CallEvent, unknown> {
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
