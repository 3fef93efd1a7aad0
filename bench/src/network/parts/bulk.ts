import { median } from '../../statistics';
import { nameOf } from '../link';
import { play, type Outcome } from '../stage';
import type { SubjectName } from '../subjects/subject';
import { figure } from '../table';
import type { BulkTask } from '../tasks/bulk';
import { linksOf } from './links';
import { inTurn, wanted, type Part, type Plan, type Wishes } from './part';

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

const MIB = 1024 * 1024;
const BASELINE: SubjectName = 'tcp bbr';
/** Chosen so that each rate and round trip is there, and what is usual more than once. */
const LINKS = ['50ms,1%,100mbit', '50ms,0%,100mbit', '5ms,0.1%,1000mbit', '50ms,3%,20mbit', '200ms,0.1%,100mbit'];

/** Large arguments and answers, beside plain TCP. */
export const bulk: Part<BulkTask, BulkRow> = {
  name: 'bulk',

  plan(wishes) {
    return linksOf(wishes, LINKS).flatMap((link) =>
      tasksOf(wishes).flatMap((task) => {
        const title = `${nameOf(link)}: ${messageOf(task)}`;
        return wanted('bulk', { title, link, task, subjects: [...wishes.own, ...wishes.tcp] }, wishes);
      }),
    );
  },

  async measure(plan, rounds, options) {
    const measured = await inTurn(plan.subjects, rounds, async (subject, round) => {
      const [outcome] = await play([{ subject, task: plan.task }], plan.link, round, options);
      return outcome!;
    });
    const rows = measured.map(([subject, all]) => rowOf(plan, subject, all));
    const baseline = rows.find(({ subject }) => subject === BASELINE);
    return baseline === undefined ? rows : rows.map((row) => ({ ...row, ...ratiosOf(row, baseline) }));
  },

  columns: {
    'subject': ({ subject }) => subject,
    'first MB/s': ({ firstMbPerSecond }) => figure(firstMbPerSecond),
    'third MB/s': ({ thirdMbPerSecond }) => figure(thirdMbPerSecond),
    '× tcp bbr, first': ({ firstRatio }) => figure(firstRatio),
    'third': ({ thirdRatio }) => figure(thirdRatio),
    'longest first ms': ({ firstMsMax }) => figure(firstMsMax),
    'silent': ({ silent }) => String(silent),
    'cpu ms/MB': ({ processorMsPerMb }) => figure(processorMsPerMb),
  },
};

function tasksOf({ quick }: Wishes): BulkTask[] {
  if (quick) return [{ kind: 'bulk', direction: 'argument', bytes: MIB, times: 3 }];
  return [8, 1].flatMap((size) =>
    (['argument', 'answer'] as const).map((direction) => {
      return { kind: 'bulk', direction, bytes: size * MIB, times: 3 } as const;
    }),
  );
}

function messageOf({ bytes, direction }: BulkTask): string {
  return `${bytes / MIB} MiB ${direction}`;
}

function rowOf({ link, task }: Plan<BulkTask>, subject: SubjectName, rounds: readonly Outcome<BulkTask>[]): BulkRow {
  const msOf = (time: number): number[] => rounds.map(({ figures }) => figures.ms[time] ?? Infinity);
  const answered = rounds.flatMap(({ figures }) => figures.ms).filter((ms) => ms !== null).length;
  const processorMs = rounds.reduce((sum, round) => sum + round.processorMs.server + round.processorMs.caller, 0);
  const rate = (ms: number): number => task.bytes / 1000 / ms;
  return {
    link: nameOf(link),
    message: messageOf(task),
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
