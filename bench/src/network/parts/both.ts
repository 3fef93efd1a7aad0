import { median } from '../../statistics';
import { nameOf } from '../link';
import { play } from '../stage';
import { PEERS_OF_LARGE_MESSAGES } from '../subjects/peers';
import type { SubjectName } from '../subjects/subject';
import { figure } from '../table';
import type { BothTask } from '../tasks/both';
import type { SmallCallsFigures } from '../tasks/small-calls';
import { linksOf } from './links';
import { inTurn, wanted, type Part, type Wishes } from './part';
import { summaryOf } from './small';

/** What one subject made of small calls on one link, alone and beside large arguments on the same connection. */
export interface BothRow {
  readonly link: string;
  readonly subject: SubjectName;
  readonly rounds: number;
  readonly alone: SmallCallsFigures;
  readonly beside: SmallCallsFigures;
  readonly bulkMbPerSecond: number;
}

/** The second is as full as a line at home can get: its queue holds a second. */
const LINKS = ['50ms,1%,100mbit', '50ms,0%,20mbit,queue=1000ms', '50ms,0%,100mbit'];
const PER_SECOND = 50;
const BULK_BYTES = 8 * 1024 * 1024;
const DURATION_MS = { usual: 10_000, quick: 3_000 };

/** Small calls beside a bulk transfer: what a call waits for, and how long the queue of the link gets. */
export const both: Part<BothTask, BothRow> = {
  name: 'both at once',

  plan(wishes) {
    const durationMs = wishes.quick ? DURATION_MS.quick : DURATION_MS.usual;
    const task: BothTask = { kind: 'both', perSecond: PER_SECOND, durationMs, bulkBytes: BULK_BYTES };
    return linksOf(wishes, LINKS).flatMap((link) => {
      const title = `${nameOf(link)}: ${PER_SECOND} small calls a second, alone and beside 8 MiB arguments`;
      return wanted('both at once', { title, link, task, subjects: subjectsOf(wishes) }, wishes);
    });
  },

  async measure({ link, task, subjects }, rounds, options) {
    const measured = await inTurn(subjects, rounds, async (subject, round) => {
      const [outcome] = await play([{ subject, task }], link, round, options);
      return outcome!.figures;
    });
    return measured.map(([subject, all]) => ({
      link: nameOf(link),
      subject,
      rounds,
      alone: summaryOf(all.map(({ alone }) => alone)),
      beside: summaryOf(all.map(({ beside }) => beside)),
      bulkMbPerSecond: median(all.map(({ bulkMbPerSecond }) => bulkMbPerSecond)),
    }));
  },

  columns: {
    'subject': ({ subject }) => subject,
    'p50 alone': ({ alone }) => figure(alone.p50Ms),
    'beside': ({ beside }) => figure(beside.p50Ms),
    '×': ({ alone, beside }) => figure(beside.p50Ms / alone.p50Ms),
    'p99 alone': ({ alone }) => figure(alone.p99Ms),
    'p99 beside': ({ beside }) => figure(beside.p99Ms),
    '× p99': ({ alone, beside }) => figure(beside.p99Ms / alone.p99Ms),
    'silent': ({ alone, beside }) => String(alone.silent + beside.silent),
    'bulk MB/s': ({ bulkMbPerSecond }) => figure(bulkMbPerSecond),
  },
};

function subjectsOf({ own, tcp, peers }: Wishes): SubjectName[] {
  return [...own, ...tcp, ...peers.filter((peer) => PEERS_OF_LARGE_MESSAGES.includes(peer))];
}
