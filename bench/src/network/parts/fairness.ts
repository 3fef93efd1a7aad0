import { median } from '../../statistics';
import { nameOf } from '../link';
import { play } from '../stage';
import type { SubjectName } from '../subjects/subject';
import { figure } from '../table';
import type { FlowTask } from '../tasks/flow';
import { linksOf } from './links';
import { inTurn, wanted, type Part } from './part';

/** What two flows made of one link when both sent all the time: medians of all rounds. */
export interface FairnessRow {
  readonly link: string;
  readonly flow: SubjectName;
  readonly other: SubjectName;
  readonly rounds: number;
  readonly flowMbPerSecond: number;
  readonly otherMbPerSecond: number;
  /** Of what both moved, in percent: the median, the least and the most of the first flow. */
  readonly sharePercent: number;
  readonly sharePercentMin: number;
  readonly sharePercentMax: number;
}

/** A task of a flow, and with whom it shares the link. */
export interface FairnessTask extends FlowTask {
  readonly flow: SubjectName;
}

const LINKS = ['50ms,0%,20mbit', '50ms,0%,100mbit'];
const DURATION_MS = { usual: 30_000, quick: 5_000 };

/** A flow of ours beside another of ours, and beside one of TCP. */
export const fairness: Part<FairnessTask, FairnessRow> = {
  name: 'fairness',

  plan(wishes) {
    const durationMs = wishes.quick ? DURATION_MS.quick : DURATION_MS.usual;
    return linksOf(wishes, LINKS).flatMap((link) =>
      wishes.own.flatMap((flow) => {
        const title = `${nameOf(link)}: ${flow} beside another flow for ${durationMs / 1000} s`;
        const task: FairnessTask = { kind: 'flow', durationMs, flow };
        return wanted('fairness', { title, link, task, subjects: [flow, ...wishes.tcp] }, wishes);
      }),
    );
  },

  async measure({ link, task, subjects }, rounds, options) {
    const measured = await inTurn(subjects, rounds, async (other, round) => {
      const acts = [task.flow, other].map((subject) => ({ subject, task }));
      return (await play(acts, link, round, options)).map(({ figures }) => figures.bytes / 1000 / task.durationMs);
    });
    return measured.map(([other, rates]) => {
      const shares = rates.map(([flow, beside]) => (100 * flow!) / (flow! + beside!));
      return {
        link: nameOf(link),
        flow: task.flow,
        other,
        rounds,
        flowMbPerSecond: median(rates.map(([flow]) => flow!)),
        otherMbPerSecond: median(rates.map(([, beside]) => beside!)),
        sharePercent: median(shares),
        sharePercentMin: Math.min(...shares),
        sharePercentMax: Math.max(...shares),
      };
    });
  },

  columns: {
    'flow': ({ flow }) => flow,
    'beside': ({ other }) => other,
    'MB/s': ({ flowMbPerSecond }) => figure(flowMbPerSecond),
    'other MB/s': ({ otherMbPerSecond }) => figure(otherMbPerSecond),
    'share %': ({ sharePercent }) => sharePercent.toFixed(0),
    'least–most': ({ sharePercentMin, sharePercentMax }) =>
      `${sharePercentMin.toFixed(0)}–${sharePercentMax.toFixed(0)}`,
  },
};
