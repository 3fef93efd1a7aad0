import { addresseeOf } from './addressee.js';
import type { IdMarks } from './id-marks.js';

/** Each lane has two, so that a worker and its successor can be told apart while both are there. */
export const MARKS_PER_LANE = 2;

/** The workers of a lane, by their marks. */
interface Lane {
  /** Takes strangers; undefined while nobody does. */
  current: number | undefined;
  /** Takes no more strangers, but has first say: it knows those that it has taken. */
  leaving: number | undefined;
}

/** Nobody. */
const NONE: readonly number[] = [];

/**
 * Who serves a shared port, and which datagram is for whom: decision 0042. Strangers are shared out in lanes, whose number
 * never changes. The worker of a lane draws ids with a mark that is the lane's, so that what belongs to its associations
 * is told from its first bytes.
 *
 * The states of a mark: free → `seat` → seated → `opened` → current → `retired` → leaving → `left` → free; or `left` at any
 * time, if the worker died. A lane without a current worker loses what strangers send: nobody takes its place.
 */
export class CoreTable {
  readonly #marks: IdMarks;
  readonly #lanes: readonly Lane[];
  /** The marks that somebody has, be it that they are not bound yet. */
  readonly #seated = new Set<number>();
  /** The marks of all who take datagrams, each as a list of one, so that no datagram makes another. */
  readonly #present = new Map<number, readonly number[]>();

  /** @param marks {@link MARKS_PER_LANE} for each lane. */
  constructor(marks: IdMarks) {
    this.#marks = marks;
    const lanes = marks.marks / MARKS_PER_LANE;
    this.#lanes = Array.from({ length: lanes }, () => ({ current: undefined, leaving: undefined }));
  }

  /** How many lanes there are. */
  get lanes(): number {
    return this.#lanes.length;
  }

  /** Gives a worker that begins a mark of its lane. @throws Error if none is free */
  seat(lane: number): number {
    for (let mark = lane; mark < this.#marks.marks; mark += this.lanes) {
      if (this.#seated.has(mark)) continue;
      this.#seated.add(mark);
      return mark;
    }
    throw new Error(`All marks of lane ${lane} are taken.`);
  }

  /**
   * The worker with a mark takes strangers from now on. It must be bound no sooner than this: what it has no memory of, it
   * refuses by its age.
   *
   * @throws Error if the lane has one already.
   */
  opened(mark: number): void {
    const lane = this.#laneOf(mark);
    if (lane.current !== undefined)
      throw new Error(`Two workers would take the strangers of lane ${mark % this.lanes}.`);
    lane.current = mark;
    this.#present.set(mark, [mark]);
  }

  /** The worker with a mark takes no more strangers, and hands on those that it does not know. */
  retired(mark: number): void {
    const lane = this.#laneOf(mark);
    if (lane.current !== mark) return;
    lane.current = undefined;
    lane.leaving = mark;
  }

  /** The worker with a mark is no more. */
  left(mark: number): void {
    const lane = this.#laneOf(mark);
    this.#seated.delete(mark);
    this.#present.delete(mark);
    if (lane.current === mark) lane.current = undefined;
    if (lane.leaving === mark) lane.leaving = undefined;
  }

  /** The marks of those who are to get a datagram: one, all or none; undefined if it is of no wire. */
  route(datagram: Uint8Array): readonly number[] | undefined {
    const { who, idEnd } = addresseeOf(datagram);
    if (who === 'nobody') return undefined;
    if (who === 'all') return [...this.#present.keys()];
    const mark = this.#marks.of(datagram, idEnd);
    const lane = this.#laneOf(mark);
    if (who === 'stranger') return this.#only(lane.leaving ?? lane.current);
    // Of somebody who has gone, the lane's present worker says so: with a reset.
    return this.#present.get(mark) ?? this.#only(lane.current);
  }

  /** The marks of those who are to get what a retired worker does not know. */
  afterHandingOn(mark: number): readonly number[] {
    return this.#only(this.#laneOf(mark).current);
  }

  #only(mark: number | undefined): readonly number[] {
    return mark === undefined ? NONE : this.#present.get(mark)!;
  }

  #laneOf(mark: number): Lane {
    return this.#lanes[mark % this.lanes]!;
  }
}
