import type { CongestionControl } from '@rpcudp/core/endpoint';
import type { PeerName } from './peers';

/** What is measured, as it is named on the command line and to the processes at both ends. */
export type SubjectName =
  `rpcudp ${CongestionControl}` | `rpcudp ${CongestionControl} encrypted` | `tcp ${string}` | PeerName;

/** Where a server is found. */
export interface Served {
  readonly port: number;
  /** Its identity, if it encrypts. */
  readonly publicKey?: string;
}

/** A protocol that carries bytes there and back. The adapters in `bench/peers` export the same. */
export interface Subject {
  /** Starts the server at this address, on a free port. */
  serve(host: string): Promise<Served>;
  connect(host: string, served: Served): Promise<Connection>;
}

export interface Connection {
  /** Sends these bytes and gets so many back. False if nothing came back in time. */
  exchange(argument: Uint8Array, answerBytes: number, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}
