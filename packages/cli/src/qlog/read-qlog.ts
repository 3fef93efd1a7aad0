/** A qlog as it is read: JSON text sequences, as an endpoint writes them. Whatever is in it may have been written by anybody. */
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';

/** Bytes of a qlog at most: more than that is no text that a program can hold. */
export const QLOG_FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Fields that may hold anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** An event. */
export interface QlogEvent {
  /** In milliseconds since the trace began. */
  readonly time: number;
  /** Of what is like QUIC's, or of our own. */
  readonly name: string;
  readonly data: Fields;
  /** The association that it is of. */
  readonly group: string | undefined;
  /** Where the peer is. */
  readonly tuple: string | undefined;
}

export interface Qlog {
  readonly title: string;
  /** When it began, as it says. */
  readonly beganAt: string | undefined;
  readonly events: readonly QlogEvent[];
  /** Whether the last record is cut off, as where a program was killed while it wrote. */
  readonly cutOff: boolean;
}

const RECORD_SEPARATOR = 0x1e;
const SEQUENTIAL = 'urn:ietf:params:qlog:file:sequential';

/** @throws CommandFailure that says where and why it is none */
export function readQlog(bytes: Uint8Array): Qlog {
  if (bytes.length > QLOG_FILE_BYTES_MAX)
    throw unreadable(`The file has ${bytes.length} bytes, and at most ${QLOG_FILE_BYTES_MAX} are read.`);
  if (bytes[0] !== RECORD_SEPARATOR) throw unreadable(whatElse(bytes));
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .slice(1)
    .split('\u001e');
  const last = records.at(-1)!;
  // RFC 7464: a record that does not end with a line feed may be cut off, and is not to be believed.
  const cutOff = !last.endsWith('\n');
  if (cutOff) records.pop();
  if (records.length === 0) throw unreadable('The first record is cut off.');
  const { title, beganAt } = readHead(parse(records[0]!, 1));
  return { title, beganAt, cutOff, events: records.slice(1).map((record, index) => readEvent(record, index + 2)) };
}

function readHead(head: Fields): Pick<Qlog, 'title' | 'beganAt'> {
  if (head.file_schema !== SEQUENTIAL) {
    const other = textOf(head.qlog_version) ?? textOf(head.file_schema) ?? 'nothing';
    throw unreadable(
      `Its first record says ${JSON.stringify(other.slice(0, 80))}, and not file_schema "${SEQUENTIAL}".`,
    );
  }
  const reference = fieldsOf(fieldsOf(fieldsOf(head.trace).common_fields).reference_time);
  return { title: textOf(head.title) ?? '', beganAt: textOf(reference.wall_clock_time) };
}

function readEvent(record: string, at: number): QlogEvent {
  const { time, name, data, group_id, tuple } = parse(record, at);
  if (typeof time !== 'number' || !Number.isFinite(time)) throw unreadable(`Record ${at} has no time.`);
  if (typeof name !== 'string') throw unreadable(`Record ${at} has no name.`);
  if (!isFields(data)) throw unreadable(`Record ${at} has no data.`);
  return { time, name, data, group: textOf(group_id), tuple: textOf(tuple) };
}

function parse(record: string, at: number): Fields {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch (error) {
    throw unreadable(`Record ${at} is no JSON: ${(error as Error).message}`);
  }
  if (isFields(value)) return value;
  throw unreadable(`Record ${at} is no object.`);
}

/** What a file is that does not begin as it should. */
function whatElse(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'The file is empty.';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'The file is compressed. Unpack it with gunzip first.';
  if (bytes[0] === 0x7b) return 'The file is JSON, and no sequence of JSON texts, each after a record separator.';
  return 'The file does not begin with a record separator (0x1e), as a sequence of JSON texts does.';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of what should have some. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function unreadable(message: string): CommandFailure {
  return new CommandFailure(ExitCode.refused, `This is no qlog that can be read. ${message}`);
}
