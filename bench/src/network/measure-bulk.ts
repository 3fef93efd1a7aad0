import { median } from '../statistics';
import type { BulkFigures } from './bulk';
import { nameOf } from './link';
import { taskName, type BulkPlan } from './plan';
import { play, type StageOptions } from './stage';
import type { SubjectName } from './subject';

/** What one subject made of large messages on one link: medians of all rounds. */
export interface BulkRow {
  readonly link: string;
  readonly message: string;
  readonly subject: SubjectName;
  readonly rounds: number;
  /** Of the first message on a connection and the third, in 10^6 bytes; 0 where most had no answer in time. */
  readonly firstMbPerSecond: number;
  readonly thirdMbPerSecond: number;
  /** Against TCP with BBR, by the medians of the same run. */
  readonly firstRatio?: number;
  readonly thirdRatio?: number;
  /** Milliseconds of the first message, the longest of all rounds. */
  readonly firstMsMax: number;
  /** Messages without an answer in time, and those after them, which were not tried. */
  readonly silent: number;
  /** Processor time of both ends together for each megabyte that arrived, in milliseconds. */
  readonly processorMsPerMb: number;
}

interface Round {
  readonly figures: BulkFigures;
  readonly processorMs: number;
}

const BASELINE: SubjectName = 'tcp bbr';

/** Lets each subject send in turn, as often as there are rounds. */
export async function measureBulk(plan: BulkPlan, rounds: number, options: StageOptions): Promise<BulkRow[]> {
  const measured = new Map<SubjectName, Round[]>(plan.subjects.map((subject) => [subject, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of plan.subjects) {
      const [outcome] = await play([{ subject, task: plan.task }], plan.link, round, options);
      const { figures, processorMs } = outcome!;
      measured.get(subject)!.push({ figures, processorMs: processorMs.caller + processorMs.server });
    }
  }
  const rows = [...measured].map(([subject, all]) => rowOf(plan, subject, all));
  const baseline = rows.find(({ subject }) => subject === BASELINE);
  return baseline === undefined ? rows : rows.map((row) => ({ ...row, ...ratiosOf(row, baseline) }));
}

function rowOf({ link, task }: BulkPlan, subject: SubjectName, rounds: readonly Round[]): BulkRow {
  const msOf = (time: number): number[] => rounds.map(({ figures }) => figures.ms[time] ?? Infinity);
  const answered = rounds.flatMap(({ figures }) => figures.ms).filter((ms) => ms !== null).length;
  const processorMs = rounds.reduce((sum, round) => sum + round.processorMs, 0);
  const rate = (ms: number): number => task.bytes / 1000 / ms;
  return {
    link: nameOf(link),
    message: taskName(task),
    subject,
    rounds: rounds.length,
    firstMbPerSecond: rate(median(msOf(0))),
    thirdMbPerSecond: rate(median(msOf(task.times - 1))),
    firstMsMax: Math.max(...msOf(0)),
    silent: rounds.length * task.times - answered,
    processorMsPerMb: processorMs / ((answered * task.bytes) / 1e6),
  };
}

function ratiosOf(row: BulkRow, baseline: BulkRow): Pick<BulkRow, 'firstRatio' | 'thirdRatio'> {
  return {
    firstRatio: row.firstMbPerSecond / baseline.firstMbPerSecond,
    thirdRatio: row.thirdMbPerSecond / baseline.thirdMbPerSecond,
  };
}
