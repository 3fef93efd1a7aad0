import type { Served } from '../subject';

/** One way to stream values from one process to another: the server, which sends, runs in a process of its own. */
export interface StreamSubject {
  readonly name: string;
  /** Starts the server. */
  serve(): Promise<Served>;
  /** Connects the reader. */
  connect(server: Served): Promise<StreamReader>;
}

/** The half that asks for a stream and reads it. */
export interface StreamReader {
  /** Reads a stream that does not end by itself, of items of one size, until `take` says that it was enough. */
  read(itemBytes: number, take: (itemBytes: number) => boolean): Promise<void>;
  close(): Promise<void>;
}
