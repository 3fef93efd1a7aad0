import type { PeerStats } from '../engine/peer-stats.js';
import type { EndpointPorts } from '../ports.js';
import type { NamedMethod } from '../reporting/log-entries.js';
import type { Observer } from '../reporting/observers.js';
import type { EndpointStats } from '../reporting/stats.js';
import type { CallRecorder } from './call-recorder.js';

/** What an endpoint gives to be looked at. */
export interface InspectionSource {
  readonly clocks: Pick<EndpointPorts, 'now' | 'wallClock' | 'setTimer'>;
  readonly recorder: CallRecorder;
  stats(): Omit<EndpointStats, 'peers'>;
  /** Worked out when it is asked for: what that takes grows with the number of peers. */
  peers(): readonly PeerStats[];
  /** Tells what happens from now on; gives what ends that. It costs each packet something while anybody watches. */
  observe(observer: Observer): () => void;
  /** A method of the native wire by its hash, as far as this process knows it. */
  nameOf(hash: number): NamedMethod | undefined;
}
