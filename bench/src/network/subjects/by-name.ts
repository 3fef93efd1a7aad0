import type { CongestionControl } from '@rpcudp/core/endpoint';
import { plainTcp } from './plain-tcp';
import { rpcudp } from './rpcudp';
import type { Subject, SubjectName } from './subject';

/** What goes by a name. */
export function subjectOf(name: SubjectName): Subject {
  const [protocol, control, encrypted] = name.split(' ');
  return protocol === 'rpcudp' ? rpcudp(control as CongestionControl, encrypted !== undefined) : plainTcp;
}

/** The congestion control that the kernel has to use for it, if it goes over TCP. */
export function tcpControlOf(name: SubjectName): string | undefined {
  return name.startsWith('tcp ') ? name.slice('tcp '.length) : undefined;
}
