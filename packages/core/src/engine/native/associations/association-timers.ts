import type { Millis } from '../../engine.js';
import type { Transmission } from '../packets/transmission.js';

/** What an association's timers look at, and set off. */
export interface TimedAssociation {
  readonly transmission: Pick<Transmission, 'acknowledgeAt' | 'paceAt' | 'lossAt' | 'probeAt' | 'detectLoss' | 'probe'>;
  readonly messages: {
    /** The peer has been silent for too long for calls with streams. */
    endStreams(): void;
  };
  readonly answersDueAt: Millis;
  readonly livenessAt: Millis;
  readonly silenceAt: Millis;
  readonly idleAt: Millis;
  expireAnswers(now: Millis): void;
  checkLiveness(now: Millis): void;
  /** The peer is asked for a sign of life. */
  asked(now: Millis): void;
  idle(): void;
}

interface AssociationTimer {
  readonly name: string;
  /** When it goes off; `Infinity` if it is not set. */
  at(association: TimedAssociation): Millis;
  goOff(association: TimedAssociation, now: Millis): void;
}

/** All timers of an association, each named once: docs/protocol.md §6 has the same table. */
const TIMERS: readonly AssociationTimer[] = [
  {
    name: 'acknowledge',
    at: ({ transmission }) => transmission.acknowledgeAt,
    goOff: () => undefined, // What is due goes out with the flush that follows.
  },
  {
    name: 'pace',
    at: ({ transmission }) => transmission.paceAt,
    goOff: () => undefined, // As well.
  },
  {
    name: 'loss',
    at: ({ transmission }) => transmission.lossAt,
    goOff: ({ transmission }, now) => transmission.detectLoss(now),
  },
  {
    name: 'probe',
    at: ({ transmission }) => transmission.probeAt,
    goOff: (association, now) => {
      association.asked(now);
      association.transmission.probe(now);
    },
  },
  {
    name: 'answers',
    at: ({ answersDueAt }) => answersDueAt,
    goOff: (association, now) => association.expireAnswers(now),
  },
  {
    name: 'liveness',
    at: ({ livenessAt }) => livenessAt,
    goOff: (association, now) => association.checkLiveness(now),
  },
  {
    name: 'silence',
    at: ({ silenceAt }) => silenceAt,
    goOff: ({ messages }) => messages.endStreams(),
  },
  {
    name: 'idle',
    at: ({ idleAt }) => idleAt,
    goOff: (association) => association.idle(),
  },
];

/** When the next of them goes off. */
export function nextTimerAt(association: TimedAssociation): Millis {
  let next = Infinity;
  for (const timer of TIMERS) next = Math.min(next, timer.at(association));
  return next;
}

/** Lets those go off that are due. */
export function runTimers(association: TimedAssociation, now: Millis): void {
  for (const timer of TIMERS) if (timer.at(association) <= now) timer.goOff(association, now);
}
