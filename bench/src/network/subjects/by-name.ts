import type { CongestionControl } from '@rpcudp/core/endpoint';
import { isPeer, loadPeer } from './peers';
import { plainTcp } from './plain-tcp';
import { rpcudp } from './rpcudp';
import type { Subject, SubjectName } from './subject';

/** What goes by a name. */
export async function subjectOf(name: SubjectName): Promise<Subject> {
  if (isPeer(name)) return loadPeer(name);
  const [protocol, control, encrypted] = name.split(' ');
  return protocol === 'rpcudp' ? rpcudp(control as CongestionControl, encrypted !== undefined) : plainTcp;
}

/** The congestion control that the kernel has to use for it, if its name says one. */
export function tcpControlOf(name: SubjectName): string | undefined {
  return name.startsWith('tcp ') ? name.slice('tcp '.length) : undefined;
}
