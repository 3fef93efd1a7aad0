import type { Link } from '../link';
import type { StageOptions } from '../stage';
import { isPeer, type PeerName } from '../subjects/peers';
import type { SubjectName } from '../subjects/subject';
import type { Columns } from '../table';

/** What the command line asked for. */
export interface Wishes {
  /** None for the usual ones of each part. */
  readonly links: readonly Link[];
  /** Each must occur in a measurement's name; several with | between them, one of them. */
  readonly only: readonly string[];
  readonly all: boolean;
  readonly quick: boolean;
  /** Our own wire, by each congestion control that is asked for. */
  readonly own: readonly SubjectName[];
  /** Plain TCP, by each that the kernel has. */
  readonly tcp: readonly SubjectName[];
  /** What others offer. */
  readonly peers: readonly PeerName[];
}

/** One measurement of several subjects on one link, each in turn. */
export interface Plan<Task> {
  readonly title: string;
  readonly link: Link;
  readonly task: Task;
  readonly subjects: readonly SubjectName[];
}

/** One kind of measurement: what there is to measure, how, and how its figures are shown. */
export interface Part<Task, Row> {
  readonly name: string;
  plan(wishes: Wishes): Plan<Task>[];
  /** Plays a plan so often, each time with other losses, and gives medians. */
  measure(plan: Plan<Task>, rounds: number, options: StageOptions): Promise<Row[]>;
  readonly columns: Columns<Row>;
}

/** A plan without the subjects that `--only` leaves out; none if it leaves out all. */
export function wanted<Task>(part: string, plan: Plan<Task>, { only }: Wishes): Plan<Task>[] {
  const subjects = plan.subjects.filter((subject) => {
    const name = `${part}: ${plan.title}, ${subject}`;
    return only.every((words) => words.split('|').some((word) => name.includes(word)));
  });
  return subjects.length === 0 ? [] : [{ ...plan, subjects }];
}

/** Gives every subject its turn in each round, so that a noisy minute touches all of them. */
export async function inTurn<Measured>(
  subjects: readonly SubjectName[],
  rounds: number,
  measure: (subject: SubjectName, round: number) => Promise<Measured>,
): Promise<[SubjectName, Measured[]][]> {
  const measured = new Map<SubjectName, Measured[]>(subjects.map((subject) => [subject, []]));
  const takeTurn = async (subject: SubjectName, round: number): Promise<void> => {
    try {
      measured.get(subject)!.push(await measure(subject, round));
    } catch (error) {
      // A peer that does not run here leaves the others their table; our own wire has to run.
      if (!isPeer(subject)) throw error;
      console.log(`${subject} is left out: ${error instanceof Error ? error.message : String(error)}`);
      measured.delete(subject);
    }
  };
  for (let round = 1; round <= rounds; round += 1)
    for (const subject of measured.keys()) await takeTurn(subject, round);
  return [...measured];
}
