import { busyPollSubjects } from './busy-poll';
import { largeSubjects } from './large-messages';
import { peerSubjects } from './peers/peer-subjects';
import type { Subject } from './subject';
import { subjects } from './subjects';
import { telemetrySubjects } from './telemetry';

/** What is measured of subjects: many small calls, one large message after the other, what telemetry costs, what others offer, or what staying awake gains. */
export type Kind = 'calls' | 'large' | 'telemetry' | 'peers' | 'busy-poll';

/** Those of which that is measured. */
export function subjectsOf(kind: Kind = 'calls'): readonly Subject[] {
  if (kind === 'large') return largeSubjects.flat();
  if (kind === 'peers') return peerSubjects;
  if (kind === 'busy-poll') return busyPollSubjects;
  return kind === 'telemetry' ? telemetrySubjects : subjects;
}
