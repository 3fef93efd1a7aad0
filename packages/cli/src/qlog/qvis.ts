/**
 * A qlog in the form 0.3, which the viewer qvis loads: each association as a trace of its own, by the names that QUIC's events
 * had then. What has no counterpart there is left out.
 */
import { framesOf } from './frames.js';
import { fieldsOf, listOf, numberOf, textOf, type Fields, type Qlog, type QlogEvent } from './read-qlog.js';

interface Named {
  readonly name: string;
  readonly data: Fields;
}

/** Of events whose data is the same there. */
const NAMES: Readonly<Record<string, string>> = {
  'quic:connection_started': 'connectivity:connection_started',
  'quic:connection_closed': 'connectivity:connection_closed',
  'quic:connection_state_updated': 'connectivity:connection_state_updated',
  'quic:packet_dropped': 'transport:packet_dropped',
  'quic:packets_acked': 'transport:packets_acked',
  'quic:stream_state_updated': 'transport:stream_state_updated',
  'quic:packet_lost': 'recovery:packet_lost',
  'quic:recovery_metrics_updated': 'recovery:metrics_updated',
  'quic:congestion_state_updated': 'recovery:congestion_state_updated',
  'quic:key_updated': 'security:key_updated',
};

/** The whole file, to be written as JSON. */
export function toQvis({ title, beganAt, events }: Qlog): Fields {
  const groups = new Map<string, QlogEvent[]>();
  for (const event of events) {
    if (event.group === undefined) continue;
    const known = groups.get(event.group);
    if (known === undefined) groups.set(event.group, [event]);
    else known.push(event);
  }
  // qvis looks for these two at the beginning of the file.
  return {
    qlog_version: '0.3',
    qlog_format: 'JSON',
    title,
    traces: [...groups].map(([group, those]) => traceOf(group, those, beganAt)),
  };
}

function traceOf(group: string, events: readonly QlogEvent[], beganAt: string | undefined): Fields {
  const started = events.find(({ name }) => name === 'quic:connection_started');
  const began = Date.parse(beganAt ?? '');
  const streams = new StreamPlaces();
  return {
    title: `association ${group}`,
    vantage_point: { name: group, type: started?.data.opened === true ? 'client' : 'server' },
    common_fields: {
      ODCID: group,
      protocol_type: ['QUIC'],
      time_format: 'relative',
      reference_time: Number.isNaN(began) ? 0 : began,
    },
    events: events.flatMap((event) => {
      const converted = convert(event, streams);
      return converted === undefined ? [] : [{ time: event.time, ...converted }];
    }),
  };
}

function convert(event: QlogEvent, streams: StreamPlaces): Named | undefined {
  const { name, data } = event;
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (known !== undefined) return { name: known, data };
  switch (name) {
    case 'quic:packet_sent':
    case 'quic:packet_received': {
      const way = name === 'quic:packet_sent' ? 'sent' : 'received';
      const frames = framesOf(event).map((frame) => streams.frameOf(frame, way));
      return { name: `transport:packet_${way}`, data: { ...data, frames } };
    }
    case 'quic:parameters_set': {
      const { initiator: owner, ...rest } = data;
      return { name: 'transport:parameters_set', data: { owner, ...rest } };
    }
    default:
      return undefined;
  }
}

/** QUIC has streams where we have calls: each call is one, and what its two sides send follows each other in it. */
class StreamPlaces {
  /** By call and way, where the next item begins, and where each began that has been seen. */
  readonly #next = new Map<string, number>();
  readonly #items = new Map<string, number>();

  frameOf(frame: Fields, way: string): Fields {
    const type = textOf(frame.frame_type);
    const number = numberOf(frame.call_number);
    const bytes = numberOf(fieldsOf(frame.raw).payload_length);
    if (type === 'ack')
      return { frame_type: 'ack', ack_delay: frame.ack_delay, acked_ranges: listOf(frame.acked_ranges) };
    if (type === 'cancel' || type === 'stop')
      return { frame_type: 'stop_sending', stream_id: streamId(number), error_code: 0 };
    if (type === 'credit')
      return { frame_type: 'max_stream_data', stream_id: streamId(number), maximum: frame.bytes_allowed };
    if (type === 'hello' || type === 'later') return { frame_type: 'padding', ...frame, raw: undefined };
    if (number === undefined || bytes === undefined) return frame;
    const total = numberOf(frame.total);
    const offset = this.#offsetOf(`${number} ${way}`, frame, bytes);
    const fin = total === undefined ? type !== 'item' && type !== 'item_part' : offset + bytes === total;
    return {
      ...{ frame_type: 'stream', stream_id: streamId(number), offset, length: bytes, fin },
      ...{ raw: { payload_length: bytes }, rpcudp_frame: type, method: frame.method_name ?? frame.method },
    };
  }

  #offsetOf(direction: string, frame: Fields, bytes: number): number {
    const index = numberOf(frame.index);
    if (index === undefined) return numberOf(frame.offset) ?? 0;
    const key = `${direction} ${index}`;
    const known = this.#items.get(key);
    const length = numberOf(frame.total) ?? bytes;
    const start = known ?? this.#next.get(direction) ?? 0;
    if (known === undefined) {
      this.#items.set(key, start);
      this.#next.set(direction, start + length);
    }
    return start + (numberOf(frame.offset) ?? 0);
  }
}

/** A client's stream in both directions has a number that four divides. */
function streamId(call: number | undefined): number {
  return 4 * (call ?? 0);
}
