import { formatAddress, sameAddress, type Address } from '../../address.js';
import type { DropReason, TraceEvent } from '../../engine/engine.js';
import type { AssociationEnding } from '../../engine/trace-events.js';
import { PACKET_TYPE, frameOf, headerOf, methodFields, type NameOf } from './qlog-frames.js';
import type { QlogEvent } from './qlog-record.js';

type Kind = TraceEvent['kind'];
type Of<K extends Kind> = Extract<TraceEvent, { readonly kind: K }>;
type Data = QlogEvent['data'];

const utf8 = new TextDecoder();

/** How an event is written. */
interface Writing<K extends Kind> {
  readonly name: QlogEvent['name'] | ((event: Of<K>) => QlogEvent['name']);
  data(event: Of<K>, nameOf: NameOf): Data;
}

/** An event of an endpoint as one of a qlog. */
export function qlogEvent(event: TraceEvent, nameOf: NameOf): QlogEvent {
  const { name, data } = WRITINGS[event.kind] as unknown as Writing<Kind>;
  const tuple = tupleOf(event);
  return {
    name: typeof name === 'string' ? name : name(event),
    data: data(event, nameOf),
    ...('association' in event && { group_id: event.association }),
    ...(tuple && { tuple: formatAddress(tuple) }),
  };
}

/** Where the peer is, as far as the event says. */
function tupleOf(event: TraceEvent): Address | undefined {
  if ('peer' in event) return event.peer;
  if ('from' in event) return event.from;
  return 'to' in event ? event.to : undefined;
}

/** Of an address, by the family that its host is written in. */
function endpointOf({ host, port }: Address): Data {
  return host.includes(':') ? { ip_v6: host, port_v6: port } : { ip_v4: host, port_v4: port };
}

/** How `connection_closed` tells of an end, beside the reason. */
const ENDINGS: Readonly<Record<AssociationEnding, Data>> = {
  'idle': { initiator: 'local', trigger: 'idle_timeout' },
  'closed': { initiator: 'local', trigger: 'application' },
  'closed-by-peer': { initiator: 'remote', trigger: 'application' },
  'reset': { initiator: 'remote', trigger: 'stateless_reset' },
  'rule-broken': { initiator: 'local', trigger: 'error', connection_error: 'protocol_violation' },
  'displaced': { initiator: 'local', trigger: 'aborted' },
  'refused': { initiator: 'local', trigger: 'error', connection_error: 'no_viable_path' },
};

/** How `packet_dropped` tells of a reason; what is not here is `general`. */
const DROP_TRIGGERS: Partial<Readonly<Record<DropReason, string>>> = {
  'duplicate-packet': 'duplicate',
  'unknown-association': 'connection_unknown',
  'late': 'connection_unknown',
  'not-authentic': 'decryption_failure',
  'unknown-version': 'unsupported',
  'unknown-type': 'invalid',
  'too-small': 'invalid',
  'malformed-packet': 'invalid',
  'malformed-request': 'invalid',
  'malformed-response': 'invalid',
  'unexpected-response': 'invalid',
  'wrong-source': 'invalid',
  'overload': 'rejected',
  'retry': 'rejected',
};

const LOSS_TRIGGERS = { packets: 'reordering_threshold', time: 'time_threshold' } as const;

type Datagram = Of<'datagram-sent'> | Of<'datagram-received'>;

/** Of a reset or a retry, which QUIC has as well, or a datagram of the rpcudp wire. */
function datagramData({ type, id, method, bytes }: Datagram): Data {
  const length = { length: bytes };
  if (type === 'reset') return { header: { packet_type: 'stateless_reset' }, raw: length };
  if (type === 'retry') return { header: { packet_type: 'retry' }, raw: length };
  return {
    count: 1,
    raw: [length],
    message_type: type,
    message_id: id,
    ...(method && { method: utf8.decode(method) }),
  };
}

const isRpcudp = ({ wire }: Datagram): boolean => wire === 'rpcudp';

const PROBE_FIELDS = { silence: { trigger: 'pto_probe' }, size: { is_mtu_probe_packet: true } } as const;

const WRITINGS: { readonly [K in Kind]: Writing<K> } = {
  'association-started': {
    name: 'quic:connection_started',
    data: ({ peer, opened, sealed }) => ({ local: {}, remote: endpointOf(peer), opened, sealed }),
  },
  'association-ended': {
    name: 'quic:connection_closed',
    data: ({ cause }) => ({ ...ENDINGS[cause], reason: cause }),
  },
  'parameters': {
    name: 'quic:parameters_set',
    data: ({ of, messageBytesMax, callsMax }) => ({
      initiator: of,
      message_bytes_max: messageBytesMax,
      calls_max: callsMax,
    }),
  },
  'packet-sent': {
    name: 'quic:packet_sent',
    data: ({ packet, probe }, nameOf) => ({
      header: headerOf(packet),
      raw: { length: packet.bytes },
      ...(probe && PROBE_FIELDS[probe]),
      frames: packet.frames.map((frame) => frameOf(frame, nameOf)),
    }),
  },
  'packet-received': {
    name: 'quic:packet_received',
    data: ({ packet }, nameOf) => ({
      header: headerOf(packet),
      raw: { length: packet.bytes },
      frames: packet.frames.map((frame) => frameOf(frame, nameOf)),
    }),
  },
  'packets-acknowledged': { name: 'quic:packets_acked', data: ({ numbers }) => ({ packet_numbers: numbers }) },
  'packet-lost': {
    name: 'quic:packet_lost',
    data: ({ number, bytes, by }) => ({
      header: { packet_type: PACKET_TYPE, packet_number: number },
      trigger: LOSS_TRIGGERS[by],
      packet_length: bytes,
    }),
  },
  'packet-arrived-late': { name: 'rpcudp:packet_arrived_late', data: ({ number }) => ({ packet_number: number }) },
  'recovery': { name: 'quic:recovery_metrics_updated', data: recoveryData },
  'congestion': {
    name: 'quic:congestion_state_updated',
    data: ({ before, state }) => ({ ...(before !== undefined && { old: before }), new: state }),
  },
  'path': {
    name: (event) => (hasMoved(event) ? 'quic:migration_state_updated' : 'quic:connection_state_updated'),
    data: pathData,
  },
  'path-size': { name: 'quic:mtu_updated', data: ({ before, bytes }) => ({ old: before, new: bytes }) },
  'key': {
    name: 'quic:key_updated',
    data: ({ of, opener, phase }) => ({
      key_type: opener ? 'client_1rtt_secret' : 'server_1rtt_secret',
      trigger: of === 'local' ? 'local_update' : 'remote_update',
      key_phase_bit: phase === 1,
    }),
  },
  'stream': {
    name: 'quic:stream_state_updated',
    data: ({ number, called, state }) => ({
      stream_id: number,
      stream_type: 'bidirectional',
      new: state === 'opened' ? 'open' : 'closed',
      stream_side: called ? 'sending' : 'receiving',
    }),
  },
  'call-started': {
    name: 'rpcudp:call_started',
    data: ({ number, method, delivery, bytes }, nameOf) => ({
      ...{ call_number: number, ...methodFields(method, nameOf), delivery, argument_length: bytes },
    }),
  },
  'call-ended': { name: 'rpcudp:call_ended', data: ({ number, outcome }) => ({ call_number: number, outcome }) },
  'request-received': {
    name: 'rpcudp:request_received',
    data: ({ number, method, delivery, bytes }, nameOf) => ({
      ...{ call_number: number, ...methodFields(method, nameOf), delivery, argument_length: bytes },
    }),
  },
  'datagram-sent': {
    name: (event) => (isRpcudp(event) ? 'quic:udp_datagrams_sent' : 'quic:packet_sent'),
    data: datagramData,
  },
  'datagram-received': {
    name: (event) => (isRpcudp(event) ? 'quic:udp_datagrams_received' : 'quic:packet_received'),
    data: datagramData,
  },
  'rpcudp-call-ended': { name: 'rpcudp:call_ended', data: ({ id, outcome }) => ({ message_id: id, outcome }) },
  'dropped': {
    name: 'quic:packet_dropped',
    data: ({ reason, bytes }) => ({
      raw: { length: bytes },
      trigger: DROP_TRIGGERS[reason] ?? 'general',
      details: { reason },
    }),
  },
};

const hasMoved = ({ peer, before }: Of<'path'>): boolean => !sameAddress(peer, before);

function pathData(event: Of<'path'>): Data {
  const { peer, proven } = event;
  if (!hasMoved(event)) return { new: proven ? 'peer_validated' : 'attempted' };
  const state = proven ? 'migration_complete' : 'migration_started';
  return { new: state, tuple_id: formatAddress(peer), tuple_remote: endpointOf(peer) };
}

function recoveryData(event: Of<'recovery'>): Data {
  const { smoothedMs, leastMs, latestMs, variationMs, pacingBytesPerMs } = event;
  return {
    ...(smoothedMs !== undefined && { smoothed_rtt: smoothedMs }),
    ...(leastMs !== undefined && { min_rtt: leastMs }),
    ...(latestMs !== undefined && { latest_rtt: latestMs }),
    ...(variationMs !== undefined && { rtt_variance: variationMs }),
    pto_count: event.probes,
    congestion_window: event.windowBytes,
    bytes_in_flight: event.inFlightBytes,
    packets_in_flight: event.inFlightPackets,
    // In bits a second.
    ...(pacingBytesPerMs !== undefined && { pacing_rate: Math.round(8000 * pacingBytesPerMs) }),
  };
}
