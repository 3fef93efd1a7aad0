/** The caller half of one measurement, in a process of its own, so that no subject runs on code that another has warmed. */
import { largeSubjects } from './large-messages';
import { measure, type Plan } from './measure';
import { subjects } from './subjects';

/** What the caller's process is asked to do. */
export interface Task {
  readonly subject: string;
  readonly kind: 'calls' | 'large';
  readonly inFlights: readonly number[];
  readonly plan: Plan;
}

process.once('message', (task: Task) => {
  const candidates = task.kind === 'large' ? largeSubjects.flat() : subjects;
  const subject = candidates.find(({ name }) => name === task.subject)!;
  void measure(subject, task.inFlights, task.plan, task.kind).then((results) => {
    process.send?.(results);
    process.disconnect();
  });
});
