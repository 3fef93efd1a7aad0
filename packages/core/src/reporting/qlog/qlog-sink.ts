/**
 * Where a qlog goes, record by record: a stream of Node, such as that of `createWriteStream`, or anything that takes text. It
 * belongs to whoever made it, who ends it after the endpoint has closed.
 */
export interface QlogSink {
  /** Takes text: one record or several, each from its record separator to its line feed. What it returns does not matter. */
  write(text: string): unknown;
  /** How many bytes it has taken that have not gone on: while that is too much, records are dropped and counted. */
  readonly writableLength?: number;
  /** Whether it takes nothing any more. */
  readonly destroyed?: boolean;
  readonly writableEnded?: boolean;
}
