import { largeSubjects } from './large-messages';
import type { Subject } from './subject';
import { subjects } from './subjects';
import { telemetrySubjects } from './telemetry';

/** What is measured of subjects: many small calls, one large message after the other, or what telemetry costs. */
export type Kind = 'calls' | 'large' | 'telemetry';

/** Those of which that is measured. */
export function subjectsOf(kind: Kind = 'calls'): readonly Subject[] {
  if (kind === 'large') return largeSubjects.flat();
  return kind === 'telemetry' ? telemetrySubjects : subjects;
}
