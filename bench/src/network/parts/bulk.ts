import { median } from '../../statistics';
import { nameOf } from '../link';
import { play, type Outcome } from '../stage';
import { PEERS_OF_LARGE_MESSAGES } from '../subjects/peers';
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
  /** Of the first message on a connection and the third, in 10^6 bytes; 0 where most had no answer in time, none where most were not tried. */
  readonly firstMbPerSecond: number | undefined;
  readonly thirdMbPerSecond: number | undefined;
  /** Against TCP with BBR, by the medians of the same run. */
  readonly firstRatio?: number | undefined;
  readonly thirdRatio?: number | undefined;
  /** Milliseconds of the first message, the longest of all rounds. */
  readonly firstMsMax: number;
  /** Messages without an answer within a minute. */
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
        return wanted('bulk', { title, link, task, subjects: subjectsOf(wishes, task) }, wishes);
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

/** Of others one large message is enough to see what they are: they go by the TCP below them. */
function subjectsOf({ own, tcp, peers }: Wishes, { bytes, direction }: BulkTask): SubjectName[] {
  const withPeers = bytes === 8 * MIB && direction === 'argument';
  const others = withPeers ? peers.filter((peer) => PEERS_OF_LARGE_MESSAGES.includes(peer)) : [];
  return [...own, ...tcp, ...others];
}

function messageOf({ bytes, direction }: BulkTask): string {
  return `${bytes / MIB} MiB ${direction}`;
}

function rowOf({ link, task }: Plan<BulkTask>, subject: SubjectName, rounds: readonly Outcome<BulkTask>[]): BulkRow {
  const all = rounds.flatMap(({ figures }) => figures.ms);
  const answered = all.filter((ms) => ms !== null).length;
  const processorMs = rounds.reduce((sum, round) => sum + round.processorMs.server + round.processorMs.caller, 0);
  return {
    link: nameOf(link),
    message: messageOf(task),
    subject,
    rounds: rounds.length,
    firstMbPerSecond: rateOf(0),
    thirdMbPerSecond: rateOf(task.times - 1),
    firstMsMax: Math.max(...rounds.map(({ figures }) => figures.ms[0] ?? Infinity)),
    silent: all.length - answered,
    processorMsPerMb: processorMs / ((answered * task.bytes) / 1e6),
  };

  function rateOf(time: number): number | undefined {
    const tried = rounds.map(({ figures }) => figures.ms[time]).filter((ms) => ms !== undefined);
    if (tried.length <= rounds.length / 2) return undefined;
    return task.bytes / 1000 / median(tried.map((ms) => ms ?? Infinity));
  }
}

function ratiosOf(row: BulkRow, baseline: BulkRow): Pick<BulkRow, 'firstRatio' | 'thirdRatio'> {
  const ratio = (rate: number | undefined, against: number | undefined): number | undefined =>
    rate === undefined || against === undefined ? undefined : rate / against;
  return {
    firstRatio: ratio(row.firstMbPerSecond, baseline.firstMbPerSecond),
    thirdRatio: ratio(row.thirdMbPerSecond, baseline.thirdMbPerSecond),
  };
}
