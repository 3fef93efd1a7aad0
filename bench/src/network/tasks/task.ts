import type { Connection } from '../subjects/subject';
import { callBesideBulk, type BothFigures, type BothTask } from './both';
import { transfer, type BulkFigures, type BulkTask } from './bulk';
import { flow, type FlowFigures, type FlowTask } from './flow';
import { callOften, type SmallCallsFigures, type SmallCallsTask } from './small-calls';

/** What each kind of task is told, and what it comes to. */
interface Tasks {
  bulk: [BulkTask, BulkFigures];
  small: [SmallCallsTask, SmallCallsFigures];
  both: [BothTask, BothFigures];
  flow: [FlowTask, FlowFigures];
}

/** What a caller does on its connection. */
export type Task = Tasks[keyof Tasks][0];
export type FiguresOf<T extends Task> = Tasks[T['kind']][1];
export type Figures = FiguresOf<Task>;

export function perform(connection: Connection, task: Task): Promise<Figures> {
  switch (task.kind) {
    case 'bulk':
      return transfer(connection, task);
    case 'small':
      return callOften(connection, task);
    case 'both':
      return callBesideBulk(connection, task);
    case 'flow':
      return flow(connection, task);
  }
}
