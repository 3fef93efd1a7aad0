/** One thing to measure: the server half runs in a process of its own, the caller half in the benchmark's. */
export interface Subject {
  readonly name: string;
  /** Starts the server; gives its port. */
  serve(): Promise<number>;
  /** Connects the caller. */
  connect(port: number): Promise<Connection>;
}

/** A caller that can make the benchmark's call. */
export interface Connection {
  /** Makes calls, `inFlight` at a time, until `stop` says so; `record` gets each round trip in milliseconds. */
  run(inFlight: number, stop: () => boolean, record: (ms: number) => void): Promise<void>;
  close(): Promise<void>;
}
