import { idText, type NodeId } from '../ids/node-id.js';

/** A node and where it can be reached. */
export interface Contact {
  /** 20 bytes. What a contact calls itself: on the rpcudp wire nothing proves it. */
  readonly id: NodeId;
  /** The id as text, for maps. */
  readonly key: string;
  /** An IP address in its canonical form. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Host and port as one text, for maps and for people. */
  readonly address: string;
}

/** Makes a contact. Host and port must have been checked. */
export function contactOf(id: NodeId, host: string, port: number): Contact {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return { id, key: idText(id), host, port, address };
}
