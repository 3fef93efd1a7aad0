/** The line and the fields of each event. Text from the network is quoted in lines and cut in fields. */
import { formatAddress, type Address } from '../address.js';
import type { DropReason, Engine, Millis } from '../engine/engine.js';
import type { Executed, RpcError } from '../errors.js';
import { QUOTED_MESSAGE_CHARACTERS_MAX, REFLECTION_NAMES_MAX } from '../limits.js';
import { describeProgress, type Transferred } from '../progress.js';
import type { LogEntry } from './log-fields.js';
import { bounded, describeError, errorFields, quote } from './quote.js';
import { traceIdOf } from './trace-id.js';

/** A method of a contract: its names are this program's own. */
export interface NamedMethod {
  readonly service: string;
  readonly property: string;
}

/** A call of a peer's. */
export interface HandledRequest {
  readonly sender: Address;
  readonly method: NamedMethod;
  /** What its caller sent beside the arguments, as far as that has been read. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A call of ours that nobody answered. */
export interface SilentCall extends NamedMethod {
  readonly remote: string;
  readonly waitedMs: Millis;
  /** How much of its arguments was acknowledged, if they went in parts. */
  readonly parts: Transferred | undefined;
  /** What it says of the trace that it belongs to. */
  readonly traceparent: string | undefined;
}

/** What is known of a method that is called and not served. */
export interface UnknownMethod {
  /** Its name, if a service that this process has declared has such a method. */
  readonly declared: NamedMethod | undefined;
  /** What the wire calls it: a name, or the hash of one. */
  readonly key: string | number;
  /** The services that are served there. */
  readonly served: readonly string[];
}

/** Parameters of a service that is served, whose recorded types are not to be relied on. */
export interface DoubtedTypes {
  readonly service: string;
  readonly className: string | undefined;
  /** Each as `method(name)`. */
  readonly parameters: readonly string[];
  /** Why, in sentences of our own. */
  readonly causes: readonly string[];
}

/** A datagram on its way. */
export interface TracedDatagram {
  readonly engine: Engine | undefined;
  readonly datagram: Uint8Array;
  readonly peer: Address;
  readonly sinceBornMs: Millis;
}

export function callSilent(call: SilentCall): LogEntry {
  const { remote: peer, parts } = call;
  const trace = traceOf(call);
  const waitedMs = Math.round(call.waitedMs);
  const arrived = parts === undefined ? '' : `: ${describeProgress(parts)}`;
  return {
    line: `no response within ${waitedMs} ms from ${nameOf(call)} at ${peer}${arrived}${trace.words}`,
    fields: { event: 'call-silent', ...methodFields(call), peer, waitedMs, ...parts, ...trace.fields },
  };
}

export function requestRefused(handled: HandledRequest, reason: DropReason, error: RpcError): LogEntry {
  const { method, peer, trace } = partsOf(handled);
  return {
    line: `refused a call of ${nameOf(method)} from ${peer}: ${quoteMessage(error)}${trace.words}`,
    fields: {
      event: 'request-refused',
      ...methodFields(method),
      peer,
      reason,
      ...codeFields(error),
      executed: 'no',
      ...trace.fields,
    },
  };
}

export function requestUnknown(from: Address, { declared, key, served }: UnknownMethod): LogEntry {
  const peer = formatAddress(from);
  const fields = {
    event: 'request-refused',
    peer,
    reason: 'unknown-method',
    code: 'UNIMPLEMENTED',
    executed: 'no',
  } as const;
  const hint = `which is not served here. ${listOf(served)}`;
  const methodHash = typeof key === 'number' ? `0x${key.toString(16).padStart(8, '0')}` : undefined;
  const hashFields = methodHash === undefined ? {} : { methodHash };
  if (declared !== undefined) {
    return {
      line: `refused a call of ${nameOf(declared)} from ${peer}, ${hint}`,
      fields: { ...fields, ...methodFields(declared), ...hashFields },
    };
  }
  if (methodHash !== undefined) {
    const line = `refused a call from ${peer} of a method that nothing here declares (hash ${methodHash}), ${hint}`;
    return { line, fields: { ...fields, ...hashFields } };
  }
  // Keys that are text hold one character for each byte of UTF-8.
  const name = Buffer.from(key as string, 'latin1').toString();
  return {
    line: `refused a call of ${quote(name)} from ${peer}, ${hint}`,
    fields: { ...fields, method: bounded(name) },
  };
}

/** A handler that said no on purpose. */
export function requestDeclined(handled: HandledRequest, error: RpcError, executed: Executed): LogEntry {
  const { method, peer, trace } = partsOf(handled);
  return {
    line: `${nameOf(method)}, called by ${peer}, said no: ${error.code} ${quoteMessage(error)}${trace.words}`,
    fields: {
      event: 'request-failed',
      ...methodFields(method),
      peer,
      ...codeFields(error),
      executed,
      ...trace.fields,
    },
  };
}

export function requestFailed(handled: HandledRequest, error: unknown, executed: Executed): LogEntry {
  const { method, peer, trace } = partsOf(handled);
  return {
    line: `${nameOf(method)}, called by ${peer}${trace.words}, failed: ${describeError(error)}`,
    fields: {
      event: 'request-failed',
      ...methodFields(method),
      peer,
      code: 'INTERNAL',
      executed,
      ...errorFields(error),
      ...trace.fields,
    },
  };
}

export function requestAbandoned(handled: HandledRequest, reason: RpcError): LogEntry {
  const { method, peer, trace } = partsOf(handled);
  return {
    line: `${nameOf(method)}, called by ${peer}, was given up: ${reason.message}${trace.words}`,
    fields: {
      event: 'request-abandoned',
      ...methodFields(method),
      peer,
      ...codeFields(reason),
      executed: 'unknown',
      ...trace.fields,
    },
  };
}

export function typesDoubted({ service, className, parameters, causes }: DoubtedTypes): LogEntry {
  const served = className === undefined ? service : `${service} (class ${className})`;
  const line =
    `some arguments of ${served} are not checked as it declares them. ${causes.join(' ')} ` +
    'Or check the arguments by an args schema of the method, or by guards: rpcudp generate --guards.';
  return {
    line,
    fields: { event: 'types-doubted', service, parameters: bounded(parameters.join(', ')), message: bounded(line) },
  };
}

export function datagramSent(traced: TracedDatagram): LogEntry {
  return datagramEntry('datagram-sent', '→', traced);
}

export function datagramReceived(traced: TracedDatagram): LogEntry {
  return datagramEntry('datagram-received', '←', traced);
}

export function sendFailed(to: Address, error: RpcError): LogEntry {
  const peer = formatAddress(to);
  return {
    line: `could not send to ${peer}: ${error.message}`,
    fields: { event: 'send-failed', peer, ...codeFields(error) },
  };
}

export function dropped(reason: DropReason, from: Address, bytes: number): LogEntry {
  const peer = formatAddress(from);
  // Of a call in parts that is one too many, nothing has been read.
  const what = bytes === 0 ? 'a call' : `${bytes} bytes`;
  return {
    line: `dropped ${what} from ${peer}: ${reason.replaceAll('-', ' ')}`,
    fields: { event: 'dropped', reason, peer, ...(bytes === 0 ? {} : { bytes }) },
  };
}

export function socketFailed(error: RpcError): LogEntry {
  return { line: error.message, fields: { event: 'socket-failed', ...codeFields(error) } };
}

export function internalError(error: unknown): LogEntry {
  return {
    line: `an endpoint could not do what its engine asked of it: ${describeError(error)}`,
    fields: { event: 'internal-error', ...errorFields(error) },
  };
}

function datagramEntry(
  event: 'datagram-sent' | 'datagram-received',
  arrow: string,
  { engine, datagram, peer: address, sinceBornMs }: TracedDatagram,
): LogEntry {
  const described = engine?.describe(datagram);
  const { type = 'unknown', id = '' } = described ?? {};
  const [wire, peer, bytes] = [engine?.wire ?? '?', formatAddress(address), datagram.length];
  const method = described?.method === undefined ? undefined : new TextDecoder().decode(described.method);
  const words = [arrow, wire, type, method === undefined ? '' : quote(method), id, peer, `${bytes} B`];
  return {
    line: [...words.filter((word) => word !== ''), `+${sinceBornMs.toFixed(3)} ms`].join(' '),
    fields: { event, wire, type, id, peer, bytes, ...(method === undefined ? {} : { method: bounded(method) }) },
  };
}

function partsOf({ sender, method, metadata }: HandledRequest): {
  readonly method: NamedMethod;
  readonly peer: string;
  readonly trace: LoggedTrace;
} {
  return { method, peer: formatAddress(sender), trace: traceOf(metadata) };
}

/** The trace that a call belongs to, in words and as a field; both are empty if it says of none. */
interface LoggedTrace {
  readonly words: string;
  readonly fields: { readonly traceId?: string };
}

function traceOf({ traceparent }: { readonly traceparent?: string | undefined }): LoggedTrace {
  const traceId = traceIdOf(traceparent);
  return traceId === undefined ? { words: '', fields: {} } : { words: ` (trace ${traceId})`, fields: { traceId } };
}

function nameOf({ service, property }: NamedMethod): string {
  return `${service}.${property}`;
}

function methodFields({ service, property }: NamedMethod): { readonly service: string; readonly method: string } {
  return { service, method: property };
}

function codeFields({ code, message }: RpcError): Pick<RpcError, 'code' | 'message'> {
  return { code, message: bounded(message) };
}

/** Our own words, with what a stranger sent in between. */
function quoteMessage({ message }: RpcError): string {
  return quote(message, QUOTED_MESSAGE_CHARACTERS_MAX);
}

function listOf(served: readonly string[]): string {
  if (served.length === 0) return 'Nothing is: call endpoint.serve().';
  const more = served.length > REFLECTION_NAMES_MAX ? ` and ${served.length - REFLECTION_NAMES_MAX} more` : '';
  return `Served are: ${served.slice(0, REFLECTION_NAMES_MAX).join(', ')}${more}.`;
}
