import { RpcError } from '@rpcudp/core';
import {
  SOCKET_BUFFER_BYTES_DEFAULT,
  SOCKET_BUFFER_BYTES_MAX,
  checkSignal,
  inspectOption,
  type EndpointOptions,
} from '@rpcudp/core/endpoint';
import { checkPort } from './address.js';
import { BUSY_POLL_MS_MAX } from './limits.js';
import { systemLookup, type Lookup } from './lookup.js';

/** What `UdpEndpoint.bind` takes. Everything has a default. */
export interface UdpEndpointOptions extends EndpointOptions {
  /** The IP address to bind, or a name for one. Default: all addresses of both families, or IPv4's alone without IPv6. */
  readonly host?: string;
  /** The port to bind. Default: 0, any that is free. */
  readonly port?: number;
  /** The kernel's receive buffer to ask for, in bytes. Default: 4 MiB; what was granted is in `socketBuffers`. */
  readonly receiveBufferBytes?: number;
  /** The kernel's send buffer to ask for, in bytes. Default: 4 MiB; what was granted is in `socketBuffers`. */
  readonly sendBufferBytes?: number;
  /**
   * For how long the event loop stays awake at most after each datagram, in milliseconds, where another is likely to follow: a
   * round trip then costs no waking up, and a processor instead. From 0, which is not at all, to 100. Default: 0.
   */
  readonly busyPollMs?: number;
  /** Closes the endpoint when it is aborted. */
  readonly signal?: AbortSignal;
  /** Resolves host names to addresses, such as `dns.promises.lookup`. Default: the system's resolver. */
  readonly lookup?: Lookup;
}

/** What an endpoint's socket is told once. Everything has been checked and defaulted. */
export interface EdgeOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly busyPollMs: number;
  readonly signal: AbortSignal | undefined;
  readonly lookup: Lookup;
}

/** What other libraries call our options, and what Node's sockets have beside. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  address: 'The address to bind is called host.',
  hostname: 'The address to bind is called host.',
  recvBufferSize: 'It is called receiveBufferBytes.',
  sendBufferSize: 'It is called sendBufferBytes.',
  timeout: 'It is called timeoutMs.',
  type: "The address tells the family: bind '0.0.0.0' for IPv4 alone.",
  ipv6Only: "An endpoint on '::' speaks both families. Bind one IPv6 address for IPv6 alone.",
  reuseAddr: 'One port belongs to one endpoint.',
  reusePort: 'One port belongs to one endpoint.',
  exclusive: 'One port belongs to one endpoint.',
  busyPoll: 'It is called busyPollMs, and takes milliseconds.',
};

/** Checks the options of the edge and fills in the defaults. @throws RpcError `INVALID_ARGUMENT` */
export function edgeOptions(options: UdpEndpointOptions): EdgeOptions {
  checkNames(options);
  checkSignal(options.signal);
  return {
    host: checkHost(options.host),
    port: checkPort(options.port ?? 0, 0),
    receiveBufferBytes: bufferBytes('receiveBufferBytes', options.receiveBufferBytes),
    sendBufferBytes: bufferBytes('sendBufferBytes', options.sendBufferBytes),
    busyPollMs: checkBusyPoll(options.busyPollMs),
    signal: options.signal,
    lookup: checkLookup(options.lookup ?? systemLookup),
  };
}

function checkNames(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new RpcError(
      'INVALID_ARGUMENT',
      `bind() takes an object such as { port: 1234 }, not ${inspectOption(options)}.`,
    );
  }
  for (const [name, advice] of Object.entries(OTHER_NAMES)) {
    if (!(name in options)) continue;
    throw new RpcError('INVALID_ARGUMENT', `bind() has no option ${name}. ${advice}`);
  }
}

/** An empty text is more often a setting that is missing than the wish to listen everywhere. */
function checkHost(host: unknown): string | undefined {
  if (host === undefined || (typeof host === 'string' && host !== '')) return host;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `host must be an IP address or a name, not ${inspectOption(host)}. Leave it out to bind all addresses.`,
  );
}

function checkLookup(lookup: unknown): Lookup {
  if (typeof lookup === 'function') return lookup as Lookup;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `lookup must be a function, such as dns.promises.lookup, not ${inspectOption(lookup)}.`,
  );
}

function bufferBytes(option: string, bytes = SOCKET_BUFFER_BYTES_DEFAULT): number {
  if (Number.isInteger(bytes) && bytes > 0 && bytes <= SOCKET_BUFFER_BYTES_MAX) return bytes;
  const expected = `a whole number of bytes from 1 to ${SOCKET_BUFFER_BYTES_MAX}`;
  throw new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${inspectOption(bytes)}.`);
}

function checkBusyPoll(ms = 0): number {
  if (typeof ms === 'number' && ms >= 0 && ms <= BUSY_POLL_MS_MAX) return ms;
  const expected = `a number of milliseconds from 0, which is off, to ${BUSY_POLL_MS_MAX}`;
  throw new RpcError('INVALID_ARGUMENT', `busyPollMs must be ${expected}, not ${inspectOption(ms)}.`);
}
