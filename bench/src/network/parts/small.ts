import { median } from '../../statistics';
import { nameOf } from '../link';
import { play } from '../stage';
import type { SubjectName } from '../subjects/subject';
import { figure } from '../table';
import type { SmallCallsFigures, SmallCallsTask } from '../tasks/small-calls';
import { linksOf } from './links';
import { inTurn, wanted, type Part } from './part';

/** What one subject made of small calls on one link: medians of all rounds, and the sums of what was answered. */
export interface SmallRow extends SmallCallsFigures {
  readonly link: string;
  readonly perSecond: number;
  readonly subject: SubjectName;
  readonly rounds: number;
}

const LINKS = ['50ms,3%,100mbit', '50ms,0%,100mbit', '50ms,1%,100mbit', '50ms,10%,100mbit'];
const RATES_PER_SECOND = [100, 2_000];
const DURATION_MS = { usual: 10_000, quick: 2_000 };

/** Calls of 32 bytes that start when they are due, whatever became of those before. */
export const small: Part<SmallCallsTask, SmallRow> = {
  name: 'small calls',

  plan(wishes) {
    const durationMs = wishes.quick ? DURATION_MS.quick : DURATION_MS.usual;
    return linksOf(wishes, LINKS).flatMap((link) =>
      RATES_PER_SECOND.flatMap((perSecond) => {
        const title = `${nameOf(link)}: ${perSecond} small calls a second`;
        const task: SmallCallsTask = { kind: 'small', perSecond, durationMs };
        return wanted(
          'small calls',
          { title, link, task, subjects: [...wishes.own, ...wishes.tcp, ...wishes.peers] },
          wishes,
        );
      }),
    );
  },

  async measure({ link, task, subjects }, rounds, options) {
    const measured = await inTurn(subjects, rounds, async (subject, round) => {
      const [outcome] = await play([{ subject, task }], link, round, options);
      return outcome!.figures;
    });
    return measured.map(([subject, all]) => {
      return { link: nameOf(link), perSecond: task.perSecond, subject, rounds, ...summaryOf(all) };
    });
  },

  columns: {
    'subject': ({ subject }) => subject,
    'p50 ms': ({ p50Ms }) => figure(p50Ms),
    'p90 ms': ({ p90Ms }) => figure(p90Ms),
    'p99 ms': ({ p99Ms }) => figure(p99Ms),
    'answered': ({ answered }) => String(answered),
    'silent': ({ silent }) => String(silent),
  },
};

/** Medians of percentiles, and sums of numbers. */
export function summaryOf(rounds: readonly SmallCallsFigures[]): SmallCallsFigures {
  const medianOf = (name: 'p50Ms' | 'p90Ms' | 'p99Ms'): number => median(rounds.map((round) => round[name]));
  const sumOf = (name: 'answered' | 'silent'): number => rounds.reduce((sum, round) => sum + round[name], 0);
  return {
    p50Ms: medianOf('p50Ms'),
    p90Ms: medianOf('p90Ms'),
    p99Ms: medianOf('p99Ms'),
    answered: sumOf('answered'),
    silent: sumOf('silent'),
  };
}
