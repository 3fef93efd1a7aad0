/** The records of a qlog file: draft-ietf-quic-qlog-main-schema, in JSON text sequences (RFC 7464). */
import type { Millis } from '../../engine/engine.js';

/** Of what is like what QUIC does, by the draft that it follows. */
const QUIC_EVENTS = 'urn:ietf:params:qlog:events:quic-13';

/** The frames and fields that are added to it here: docs/guides/qlog.md. */
const QUIC_EXTENSION = 'urn:rpcudp:qlog:events:quic#rpcudp-1';

/** The events that are like nothing of QUIC. */
const OWN_EVENTS = 'urn:rpcudp:qlog:events:rpcudp-1';

const RECORD_SEPARATOR = '\u001e';

/** An event, as it is written. */
export interface QlogEvent {
  readonly name: `quic:${string}` | `rpcudp:${string}`;
  readonly data: Readonly<Record<string, unknown>>;
  /** The association that it is of. */
  readonly group_id?: string;
  /** Where the peer is, `host:port`. */
  readonly tuple?: string;
}

/** A record by itself. */
export function recordOf(value: object): string {
  return `${RECORD_SEPARATOR}${JSON.stringify(value)}\n`;
}

/** An event as a record. @param sinceMs Since the trace began. */
export function eventRecord(sinceMs: Millis, { name, data, group_id, tuple }: QlogEvent): string {
  return recordOf({ time: Math.round(sinceMs * 1000) / 1000, name, data, group_id, tuple });
}

/** The first record of a file. @param beganAt Milliseconds since the epoch, of the wall clock. */
export function headRecord(title: string, beganAt: number): string {
  return recordOf({
    file_schema: 'urn:ietf:params:qlog:file:sequential',
    serialization_format: 'application/qlog+json-seq',
    title,
    trace: {
      common_fields: {
        time_format: 'relative_to_epoch',
        reference_time: {
          clock_type: 'monotonic',
          epoch: 'unknown',
          wall_clock_time: new Date(beganAt).toISOString(),
        },
      },
      // An endpoint opens associations and is opened to: each says which in `connection_started`.
      vantage_point: { name: title, type: 'unknown' },
      event_schemas: [QUIC_EVENTS, QUIC_EXTENSION, OWN_EVENTS],
    },
  });
}
