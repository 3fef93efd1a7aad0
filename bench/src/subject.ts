/** Where a subject's server is found. */
export interface Served {
  readonly port: number;
  /** Its identity, if it encrypts. */
  readonly publicKey?: string;
}

/** One thing to measure: the server half runs in a process of its own, the caller half in the benchmark's. */
export interface Subject {
  readonly name: string;
  /** Starts the server. */
  serve(): Promise<Served>;
  /** Connects the caller. */
  connect(server: Served): Promise<Connection>;
}

/** A caller that can make the benchmark's call. */
export interface Connection {
  /** Makes calls, `inFlight` at a time, until `stop` says so; `record` gets each round trip in milliseconds. */
  run(inFlight: number, stop: () => boolean, record: (ms: number) => void): Promise<void>;
  close(): Promise<void>;
}
