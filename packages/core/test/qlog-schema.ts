/**
 * What draft-ietf-quic-qlog-main-schema-13 and draft-ietf-quic-qlog-quic-events-13 say of the records that an endpoint writes, put
 * into shapes by hand from their CDDL, and what docs/guides/qlog.md adds to them.
 */
import {
  any,
  bool,
  byField,
  float,
  listOf,
  map,
  matching,
  text,
  uint16,
  uint32,
  uint64,
  words,
  type Fields,
  type Shape,
} from './qlog-shapes';

const dateTime = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const uri = matching(/^[a-z][a-z0-9+.-]*:\S+$/);
const hash = matching(/^0x[0-9a-f]{8}$/);

const rawInfo = map({ 'length?': uint64, 'payload_length?': uint64, 'data?': matching(/^([0-9a-f]{2})*$/) });

const tupleEndpoint = map({ 'ip_v4?': text, 'port_v4?': uint16, 'ip_v6?': text, 'port_v6?': uint16 });

const packetHeader = byField('packet_type', {
  '1RTT': map({
    'packet_type': text,
    'packet_number': uint64,
    'key_phase_bit?': bool,
    // Ours; of a lost packet it is not known any more.
    'opening?': bool,
  }),
  'retry': map({ packet_type: text }),
  'stateless_reset': map({ packet_type: text }),
});

const delivery = words('at-most-once', 'idempotent', 'best-effort');
const side = words('caller', 'callee');
const methodFields: Fields = { 'method': hash, 'method_name?': text };

const frame = (fields: Fields): Shape => map({ frame_type: text, ...fields });
const bare = frame({});
const ofCall = frame({ call_number: uint64 });

/** Of `$QuicFrame`: those of QUIC, and below them ours. */
const frames = listOf(
  byField('frame_type', {
    ping: bare,
    ack: frame({ 'ack_delay?': float, 'acked_ranges?': listOf(listOf(uint64, 1, 2), 1) }),
    path_challenge: bare,
    path_response: bare,
    connection_close: bare,
    hello: frame({ age_ms: uint64, message_bytes_max: uint64, calls_max: uint64 }),
    later: bare,
    call: frame({
      ...{ call_number: uint64, ...methodFields, delivery, one_way: bool, deadline_ms: uint64 },
      ...{ takes: bool, answers: bool, metadata_length: uint64, raw: rawInfo },
    }),
    result: frame({ call_number: uint64, raw: rawInfo }),
    failure: frame({ call_number: uint64, code: text, executed: words('yes', 'no', 'unknown'), raw: rawInfo }),
    part: frame({ call_number: uint64, side, offset: uint64, total: uint64, raw: rawInfo }),
    cancel: ofCall,
    item: frame({ call_number: uint64, side, index: uint64, raw: rawInfo }),
    item_part: frame({ call_number: uint64, side, index: uint64, offset: uint64, total: uint64, raw: rawInfo }),
    credit: frame({ call_number: uint64, side, taken: uint64, items_allowed: uint64, bytes_allowed: uint64 }),
    end: frame({ 'call_number': uint64, side, 'items': uint64, 'code?': text, 'raw': rawInfo }),
    stop: ofCall,
  }),
);

const udpDatagrams = map({
  'count?': uint16,
  'raw?': listOf(rawInfo, 1),
  ...{ 'message_type': words('request', 'response'), 'message_id': matching(/^[0-9a-f]{8}$/), 'method?': text },
});

const request = map({ call_number: uint64, ...methodFields, delivery, argument_length: uint64 });

const KEYS = ['client_1rtt_secret', 'server_1rtt_secret'];

/** The data of each event. */
const DATA: Readonly<Record<string, Shape>> = {
  'quic:connection_started': map({ local: tupleEndpoint, remote: tupleEndpoint, opened: bool, sealed: bool }),
  'quic:connection_closed': map({
    'initiator?': words('local', 'remote'),
    'connection_error?': words('protocol_violation', 'no_viable_path'),
    'reason?': text,
    'trigger?': words('idle_timeout', 'application', 'error', 'stateless_reset', 'aborted', 'unspecified'),
  }),
  'quic:parameters_set': map({
    'initiator?': words('local', 'remote'),
    'message_bytes_max': uint64,
    'calls_max': uint64,
  }),
  'quic:packet_sent': map({
    'header': packetHeader,
    'frames?': frames,
    'raw?': rawInfo,
    'is_mtu_probe_packet?': bool,
    'trigger?': words('retransmit_reordered', 'retransmit_timeout', 'pto_probe'),
  }),
  'quic:packet_received': map({ 'header': packetHeader, 'frames?': frames, 'raw?': rawInfo }),
  'quic:packet_dropped': map({
    'raw?': rawInfo,
    'details?': any,
    'trigger?': words(
      ...['internal_error', 'rejected', 'unsupported', 'invalid', 'duplicate', 'connection_unknown'],
      ...['decryption_failure', 'key_unavailable', 'general'],
    ),
  }),
  'quic:packets_acked': map({ 'packet_numbers?': listOf(uint64, 1) }),
  'quic:packet_lost': map({
    'header?': packetHeader,
    'trigger?': words('reordering_threshold', 'time_threshold', 'pto_expired'),
    'packet_length': uint64,
  }),
  'quic:recovery_metrics_updated': map({
    ...{ 'min_rtt?': float, 'smoothed_rtt?': float, 'latest_rtt?': float, 'rtt_variance?': float },
    ...{ 'pto_count?': uint16, 'congestion_window?': uint64, 'bytes_in_flight?': uint64 },
    ...{ 'packets_in_flight?': uint64, 'pacing_rate?': uint64 },
  }),
  'quic:congestion_state_updated': map({ 'old?': text, 'new': text }),
  'quic:migration_state_updated': map({
    'new': words('migration_started', 'migration_complete'),
    'tuple_id?': text,
    'tuple_remote?': tupleEndpoint,
  }),
  'quic:connection_state_updated': map({ new: words('attempted', 'peer_validated') }),
  'quic:mtu_updated': map({ 'old?': uint32, 'new': uint32 }),
  'quic:key_updated': map({
    'key_type': words(...KEYS),
    'trigger?': words('local_update', 'remote_update'),
    'key_phase_bit': bool,
  }),
  'quic:stream_state_updated': map({
    'stream_id': uint64,
    'stream_type?': words('bidirectional'),
    'new': words('open', 'closed'),
    'stream_side': words('sending', 'receiving'),
  }),
  'quic:udp_datagrams_sent': udpDatagrams,
  'quic:udp_datagrams_received': udpDatagrams,
  'rpcudp:packet_arrived_late': map({ packet_number: uint64 }),
  'rpcudp:call_started': request,
  'rpcudp:request_received': request,
  'rpcudp:call_ended': byField(
    'outcome',
    Object.fromEntries(
      ['answered', 'failed', 'silent', 'cancelled'].map((outcome) => [
        outcome,
        map({ 'outcome': text, 'call_number?': uint64, 'message_id?': text }),
      ]),
    ),
  ),
  'rpcudp:events_dropped': map({ count: uint64 }),
};

const head = map({
  'file_schema': words('urn:ietf:params:qlog:file:sequential'),
  'serialization_format': words('application/qlog+json-seq'),
  'title?': text,
  'trace': map({
    'common_fields?': map({
      'time_format?': words('relative_to_epoch'),
      // With a monotonic clock the epoch must be unknown.
      'reference_time?': map({
        'clock_type': words('monotonic'),
        'epoch': words('unknown'),
        'wall_clock_time?': dateTime,
      }),
    }),
    'vantage_point?': map({ 'name?': text, 'type': words('client', 'server', 'network', 'unknown') }),
    'event_schemas': listOf(uri, 1),
  }),
});

const event = map({ 'time': float, 'name': text, 'data': any, 'tuple?': text, 'group_id?': text });

/** A record of an event. */
export interface QlogRecord {
  readonly time: number;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly group_id?: string;
  readonly tuple?: string;
}

/** The records of a text, which are framed as RFC 7464 says. @throws Error if they are not */
export function recordsOf(written: string): { head: unknown; events: QlogRecord[] } {
  if (!written.startsWith('\u001e') || !written.endsWith('\n'))
    throw new Error('The text does not begin or end as it should.');
  const [first, ...rest] = written
    .slice(1)
    .split('\u001e')
    .map((record): unknown => {
      if (record.indexOf('\n') !== record.length - 1) throw new Error(`A record does not end as it should: ${record}`);
      return JSON.parse(record);
    });
  return { head: first, events: rest as QlogRecord[] };
}

/** What is wrong with a qlog, by the schema. */
export function qlogFaults(written: string): string[] {
  const { head: first, events } = recordsOf(written);
  let last = -Infinity;
  return [
    ...head(first, 'head'),
    ...events.flatMap((record, index) => {
      const at = `${index} ${record.name}`;
      const data = Object.hasOwn(DATA, record.name) ? DATA[record.name] : undefined;
      const order = record.time >= last ? [] : [`${at}: ${record.time} ms is before ${last} ms`];
      last = record.time;
      return [...order, ...event(record, at), ...(data?.(record.data, at) ?? [`${at} is not in the schema`])];
    }),
  ];
}
