import { nameOf, parseLink, type Link } from './link';
import type { BulkTask } from './bulk';
import type { SubjectName } from './subject';

/** What the command line asked for. */
export interface Wishes {
  /** None for the usual ones. */
  readonly links: readonly Link[];
  /** Each must occur in a measurement's name; several with | between them, one of them. */
  readonly only: readonly string[];
  readonly all: boolean;
  readonly quick: boolean;
  /** The congestion controls that our own wire is measured with, and whether encrypted, too. */
  readonly controls: readonly string[];
  readonly encrypted: boolean;
  /** Those of them that the kernel has. */
  readonly tcpControls: readonly string[];
}

/** Large messages over one link, by all subjects in turn. */
export interface BulkPlan {
  readonly part: 'bulk';
  readonly link: Link;
  readonly task: BulkTask;
  readonly subjects: readonly SubjectName[];
}

export const MIB = 1024 * 1024;

/** Chosen so that each rate, delay and loss is there, and those of the usual link more than once. */
const BULK_LINKS = ['50ms,0%,100mbit', '50ms,1%,100mbit', '5ms,0.1%,1000mbit', '50ms,3%,20mbit', '200ms,0.1%,100mbit'];
const QUICK_LINKS = ['50ms,1%,100mbit'];

/** All that is to be measured, in order. */
export function planBulk(wishes: Wishes): BulkPlan[] {
  const sizes = wishes.quick ? [1] : [8, 1];
  const directions = wishes.quick ? (['argument'] as const) : (['argument', 'answer'] as const);
  return linksOf(wishes, BULK_LINKS).flatMap((link) =>
    sizes.flatMap((size) =>
      directions.flatMap((direction) => {
        const task: BulkTask = { kind: 'bulk', direction, bytes: size * MIB, times: 3 };
        const name = `bulk ${nameOf(link)} ${taskName(task)}`;
        const subjects = subjectsOf(wishes).filter((subject) => isWanted(`${name} ${subject}`, wishes.only));
        return subjects.length === 0 ? [] : [{ part: 'bulk', link, task, subjects } as const];
      }),
    ),
  );
}

/** As in `8 MiB argument`. */
export function taskName({ bytes, direction }: BulkTask): string {
  return `${bytes / MIB} MiB ${direction}`;
}

function subjectsOf({ controls, encrypted, tcpControls }: Wishes): SubjectName[] {
  return [
    ...controls.map((control) => `rpcudp ${control}` as SubjectName),
    ...(encrypted ? controls.map((control) => `rpcudp ${control} encrypted` as SubjectName) : []),
    ...tcpControls.map((control) => `tcp ${control}` as const),
  ];
}

function linksOf({ links, all, quick }: Wishes, usual: readonly string[]): Link[] {
  if (links.length > 0) return [...links];
  if (!all) return (quick ? QUICK_LINKS : usual).map(parseLink);
  return [5, 50, 200].flatMap((roundTripMs) =>
    [20, 100, 1000].flatMap((mbit) =>
      [0, 0.1, 1, 3, 10].map((lossPercent) => parseLink(`${roundTripMs}ms,${lossPercent}%,${mbit}mbit`)),
    ),
  );
}

function isWanted(name: string, only: readonly string[]): boolean {
  return only.every((words) => words.split('|').some((word) => name.includes(word)));
}
