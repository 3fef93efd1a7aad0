import { bareStream } from './bare-stream';
import { grpcStream } from './peer-stream';
import { rpcudpStream } from './rpcudp-stream';
import type { StreamSubject } from './stream-subject';

/** The baseline first, and what has to be installed last. */
export const streamSubjects: readonly StreamSubject[] = [bareStream, rpcudpStream(), rpcudpStream(true), grpcStream];

export function streamSubject(name: string): StreamSubject {
  const subject = streamSubjects.find((each) => each.name === name);
  if (subject === undefined) throw new Error(`There is no stream called ${name}.`);
  return subject;
}
