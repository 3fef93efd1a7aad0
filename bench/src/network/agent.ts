/**
 * One end of a measurement, in a process of its own inside a network namespace: serves what it is told to, or connects and
 * does a task, and says how it went.
 */
import { subjectOf } from './subjects/by-name';
import type { Served, SubjectName } from './subjects/subject';
import { perform, type Figures, type Task } from './tasks/task';

/** What an agent is asked for. It answers with {@link Served}, with figures, or with its processor time. */
export type Order =
  | { readonly order: 'serve'; readonly subject: SubjectName; readonly host: string }
  | {
      readonly order: 'call';
      readonly subject: SubjectName;
      readonly host: string;
      readonly served: Served;
      readonly task: Task;
    }
  | { readonly order: 'processor' };

/** What it answers. */
export type Answer =
  { readonly answer: Served | Figures | { readonly processorMs: number } } | { readonly failed: string };

async function obey(order: Order): Promise<Served | Figures | { processorMs: number }> {
  switch (order.order) {
    case 'serve':
      return (await subjectOf(order.subject)).serve(order.host);
    case 'call':
      return call(order);
    case 'processor': {
      const { user, system } = process.cpuUsage();
      return { processorMs: (user + system) / 1000 };
    }
  }
}

async function call({ subject, host, served, task }: Extract<Order, { order: 'call' }>): Promise<Figures> {
  const connection = await (await subjectOf(subject)).connect(host, served);
  const figures = await perform(connection, task);
  await connection.close();
  return figures;
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send?.({ answer } satisfies Answer),
    (error: unknown) =>
      process.send?.({ failed: error instanceof Error ? error.message : String(error) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit());
