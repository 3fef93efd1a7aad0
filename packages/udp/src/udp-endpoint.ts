import type { Address, RpcPeer } from '@rpcudp/core';
import {
  EndpointDriver,
  RpcEndpoint,
  driverOptions,
  graceMsOf,
  type CloseOptions,
  type Destination,
  type DrainOptions,
  type DrainReport,
  type DriverOptions,
  type PeerOptions,
  type SharedPort,
} from '@rpcudp/core/endpoint';
import { loadCrypto, type CryptoPort } from '@rpcudp/core/security';
import { canonicalHost, checkHostAndPort, dialledHost, parseHostAndPort, type HostAndPort } from './address.js';
import { throwIfAborted } from './abort.js';
import type { EndpointTimers } from './endpoint-timers.js';
import type { Lookup } from './lookup.js';
import { edgeOptions, type EdgeOptions, type UdpEndpointOptions } from './options.js';
import { busyPollOf, portsOf, timersOf } from './ports.js';
import { resolveOwn, resolvePeer } from './resolve.js';
import { UdpSocket, type EndpointSocket, type SocketBuffers } from './udp-socket.js';

/** All addresses of both families, or of the one that the machine has. */
const EVERYWHERE = ['::', '0.0.0.0'];

/** What a {@link UdpEndpoint} is made of. */
interface EndpointParts {
  readonly socket: EndpointSocket;
  readonly timers: EndpointTimers;
  readonly driver: EndpointDriver;
  readonly lookup: Lookup;
}

/** What {@link endpointOn} makes an endpoint of. Everything has been checked. */
export interface BoundEdge extends Pick<EdgeOptions, 'lookup' | 'signal' | 'busyPollMs'> {
  readonly socket: EndpointSocket;
  readonly options: DriverOptions;
  readonly crypto: CryptoPort | undefined;
  /** Where others receive at the same port. */
  readonly shared?: SharedPort;
}

/** Makes an endpoint of a socket that is bound, and starts to listen. */
export let endpointOn: (edge: BoundEdge) => UdpEndpoint;

/**
 * One UDP socket that serves and calls.
 *
 * ```ts
 * await using endpoint = await UdpEndpoint.bind({ port: 1234 });
 * endpoint.serve(new Greeter());
 * const other = createClient(Greeter, endpoint.peer('127.0.0.1:4321'));
 * ```
 */
export class UdpEndpoint extends RpcEndpoint {
  readonly #socket: EndpointSocket;
  readonly #timers: EndpointTimers;
  readonly #lookup: Lookup;
  #isUnref = false;
  #closing: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  private constructor({ socket, timers, driver, lookup }: EndpointParts) {
    super(driver);
    this.#socket = socket;
    this.#timers = timers;
    this.#lookup = lookup;
  }

  /**
   * Binds a socket and starts to listen.
   *
   * @throws RpcError `ADDRESS_IN_USE`, `PERMISSION_DENIED`, `UNAVAILABLE` (no such address here, or a name that cannot be
   * resolved), `INVALID_ARGUMENT` (an option out of range), `CANCELLED` (the signal is aborted already),
   * `FAILED_PRECONDITION` (this runtime lacks what `security` needs).
   */
  static override async bind(options: UdpEndpointOptions = {}): Promise<UdpEndpoint> {
    const edge = edgeOptions(options);
    const checked = driverOptions(options);
    throwIfAborted(edge.signal);
    // Before there is a socket, so that nothing has to be closed if it cannot be loaded.
    const crypto = checked.security && (await loadCrypto());
    const socket = await bindSocket(edge);
    return endpointOn({ ...edge, socket, options: checked, crypto });
  }

  static {
    endpointOn = ({ socket, options, crypto, lookup, signal, shared, busyPollMs }) => {
      const clocks = timersOf();
      const ports = { ...portsOf(socket, clocks, crypto), shared };
      const poll = busyPollOf(busyPollMs);
      const driver = new EndpointDriver(poll?.heard(ports) ?? ports, options);
      const receive = (datagram: Uint8Array, from: Address): void => driver.receive(datagram, from);
      socket.listen(poll?.hearing(receive) ?? receive, (error) => driver.socketFailed(error));
      const endpoint = new UdpEndpoint({ socket, timers: clocks.timers, driver, lookup });
      endpoint.#closeOn(signal);
      return endpoint;
    };
  }

  /** The address it is bound to; `::` stands for all addresses of both families. */
  get address(): Address {
    return this.#socket.address;
  }

  /** What the kernel granted, in bytes; Linux reports twice what it was asked for. */
  get socketBuffers(): SocketBuffers {
    return this.#socket.buffers;
  }

  /**
   * A channel to a peer. Costs little and sends nothing; a host name is resolved with the first call, once.
   *
   * @param peer `"127.0.0.1:1234"`, `"[::1]:1234"`, `"example.org:1234"`, or the two parts. `0.0.0.0` and `::` are this
   * machine.
   * @throws RpcError `INVALID_ARGUMENT` if the peer is not written so, or the endpoint does not speak the wire, or `publicKey`
   * is none, or is missing beside `security`; `FAILED_PRECONDITION` if it is given where nothing can be encrypted.
   */
  peer(peer: string | HostAndPort, options: PeerOptions = {}): RpcPeer {
    const named = typeof peer === 'string' ? parseHostAndPort(peer) : checkHostAndPort(peer);
    return this.driver.channel(this.#destination(named), options);
  }

  /**
   * Lets the process end although this endpoint is open, as `unref()` of Node's sockets does: neither it, nor the calls
   * that wait, nor the handlers that run keep the process alive any more. Calling it twice is calling it once.
   */
  unref(): this {
    this.#isUnref = true;
    this.#socket.unref();
    this.#timers.unref();
    return this;
  }

  /** Takes back {@link UdpEndpoint.unref}: an open endpoint keeps the process alive, as it does at first. */
  ref(): this {
    this.#isUnref = false;
    this.#socket.ref();
    this.#timers.ref();
    return this;
  }

  override async drain(options: DrainOptions = {}): Promise<DrainReport> {
    // Draining is bounded, so the process may wait for it.
    this.#timers.ref();
    try {
      return await super.drain(options);
    } finally {
      if (this.#isUnref) this.#timers.unref();
    }
  }

  override async close(options: CloseOptions = {}): Promise<void> {
    const graceMs = graceMsOf(options);
    await (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopListening?.();
    // Closing is bounded, so the process may wait for it.
    this.#timers.ref();
    try {
      await this.driver.close(graceMs);
    } finally {
      await this.#socket.close();
    }
  }

  #destination({ host, port }: HostAndPort): Destination {
    const literal = canonicalHost(host);
    if (literal !== undefined) return { host: dialledHost(literal, this.#socket), port };
    const resolvers = { lookup: this.#lookup };
    return { label: `${host}:${port}`, resolve: () => resolvePeer({ host, port }, this.#socket, resolvers) };
  }

  #closeOn(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = (): void => void this.close();
    signal.addEventListener('abort', close, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', close);
  }
}

/** @throws RpcError as `bind` does; `CANCELLED` also if the signal is aborted meanwhile, and then nothing is bound */
export async function bindSocket({ host, signal, lookup, ...options }: EdgeOptions): Promise<UdpSocket> {
  const hosts = host === undefined ? EVERYWHERE : await resolveOwn(host, lookup, signal);
  const socket = await UdpSocket.bind({ ...options, hosts });
  if (signal?.aborted === true) await socket.close();
  throwIfAborted(signal);
  return socket;
}
