/** The caller half of one measurement, in a process of its own, so that no subject runs on code that another has warmed. */
import { measure, type Plan } from './measure';
import { subjectsOf, type Kind } from './subjects-of';

/** What the caller's process is asked to do. */
export interface Task {
  readonly subject: string;
  readonly kind: Kind;
  readonly inFlights: readonly number[];
  readonly plan: Plan;
}

process.once('message', (task: Task) => {
  const subject = subjectsOf(task.kind).find(({ name }) => name === task.subject)!;
  void measure(subject, task.inFlights, task.plan, task.kind).then((results) => {
    process.send?.(results);
    process.disconnect();
  });
});
