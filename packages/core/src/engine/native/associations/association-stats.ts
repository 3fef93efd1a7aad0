import type { Address } from '../../../address.js';
import type { OutgoingCall } from '../../engine.js';
import type { PeerStats } from '../../peer-stats.js';
import type { Messages } from '../messages/messages.js';
import type { Transmission } from '../packets/transmission.js';

/** What an association has that is worth telling. */
interface CountedAssociation<C extends OutgoingCall> {
  readonly address: Address;
  readonly transmission: Transmission;
  readonly messages: Messages<C>;
}

/** What is known of a peer, for `endpoint.stats()`. */
export function peerStats<C extends OutgoingCall>(
  { address, transmission, messages }: CountedAssociation<C>,
  duplicatePackets: number,
): PeerStats {
  const { calls, answers } = messages;
  const { roundTrip, congestion, datagramBytes } = transmission.path;
  return {
    address,
    calls: { ...calls.outcomes, pending: calls.size, queued: calls.queued },
    requests: answers.size,
    datagrams: { ...transmission.datagrams },
    retransmitted: transmission.retransmitted,
    lostPackets: transmission.sent.lostPackets,
    duplicates: duplicatePackets + answers.duplicates,
    roundTripMs: roundTrip.smoothedMs,
    datagramBytes,
    windowBytes: Math.floor(congestion.windowBytes),
    inFlightBytes: congestion.inFlightBytes,
    reassemblyBytes: messages.reassemblyBytes,
  };
}
