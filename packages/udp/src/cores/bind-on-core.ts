import { workerData, type MessagePort } from 'node:worker_threads';
import { RpcError } from '@rpcudp/core';
import { driverOptions } from '@rpcudp/core/endpoint';
import { loadCrypto } from '@rpcudp/core/security';
import { throwIfAborted } from '../abort.js';
import { edgeOptions, type UdpEndpointOptions } from '../options.js';
import { endpointOn, type UdpEndpoint } from '../udp-endpoint.js';
import { CoreSocket } from './core-socket.js';
import { seatOf, type Seat, type ToOwner, type ToWorker } from './seat.js';

/** What belongs to the port, which is the owner's. */
const OF_THE_PORT = ['host', 'port', 'receiveBufferBytes', 'sendBufferBytes'] as const;

/** What {@link bindOnCore} takes: what `UdpEndpoint.bind` takes but for what `serveOnCores` is told of the port. */
export type CoreEndpointOptions = Omit<UdpEndpointOptions, (typeof OF_THE_PORT)[number]>;

/** Whether this thread has its endpoint already. */
let bound = false;

/**
 * Binds an endpoint to the port that `serveOnCores` shares out, in a worker that it has started. The endpoint is like any other one:
 * it serves and calls. Resolves when it is this worker's turn to serve.
 *
 * Secrets and identities must be the same in all workers, and so must be what they serve: a caller reaches any of them.
 *
 * ```ts
 * const endpoint = await bindOnCore();
 * endpoint.serve(new Orders());
 * ```
 *
 * @throws RpcError `FAILED_PRECONDITION` outside of such a worker, or if it has been called before; `INVALID_ARGUMENT` for an
 * option out of range, and for `host` and `port`; `CANCELLED` if the signal is aborted.
 */
export async function bindOnCore(options: CoreEndpointOptions = {}): Promise<UdpEndpoint> {
  const edge = edgeOptions(checked(options));
  const driver = driverOptions(options);
  throwIfAborted(edge.signal);
  const seat = takeSeat();
  const crypto = driver.security && (await loadCrypto());
  const socket = new CoreSocket(seat);
  return whenOpened(seat.port, socket, () => endpointOn({ ...edge, socket, options: driver, crypto, shared: socket }));
}

/** @throws RpcError `FAILED_PRECONDITION` */
function takeSeat(): Seat {
  const seat = seatOf(workerData);
  if (seat === undefined) {
    throw new RpcError(
      'FAILED_PRECONDITION',
      'bindOnCore() is for scripts that serveOnCores() has started. Start this one with serveOnCores(), or bind an endpoint ' +
        'of its own with UdpEndpoint.bind().',
    );
  }
  if (bound) throw new RpcError('FAILED_PRECONDITION', 'bindOnCore() was called before: a worker has one endpoint.');
  bound = true;
  return seat;
}

/** @throws RpcError `INVALID_ARGUMENT` */
function checked(options: unknown): CoreEndpointOptions {
  const isObject = typeof options === 'object' && options !== null;
  for (const name of OF_THE_PORT) {
    if (!isObject || !(name in options)) continue;
    throw new RpcError('INVALID_ARGUMENT', `bindOnCore() has no option ${name}: give it to serveOnCores().`);
  }
  return options as CoreEndpointOptions;
}

/**
 * Waits for this worker's turn, and makes its endpoint in the same turn of the event loop, since its age counts from then. From
 * then on it does what the owner says.
 */
function whenOpened(port: MessagePort, socket: CoreSocket, make: () => UdpEndpoint): Promise<UdpEndpoint> {
  return new Promise((resolve, reject) => {
    let endpoint: UdpEndpoint | undefined;
    port.on('message', (said: ToWorker) => {
      if (endpoint !== undefined) {
        if (!socket.hear(said)) void obey(said, endpoint, socket, port);
      } else if (said.kind === 'open') {
        try {
          endpoint = make();
        } catch (error) {
          return reject(RpcError.from(error));
        }
        say(port, { kind: 'bound' });
        resolve(endpoint);
      }
    });
    say(port, { kind: 'waiting' });
  });
}

async function obey(said: ToWorker, endpoint: UdpEndpoint, socket: CoreSocket, port: MessagePort): Promise<void> {
  if (said.kind === 'retire') {
    socket.retired = true;
    say(port, { kind: 'retired' });
  } else if (said.kind === 'leave') {
    const { drainMs, graceMs } = said;
    if (drainMs > 0) await endpoint.drain({ timeoutMs: drainMs });
    await endpoint.close({ graceMs });
  }
}

function say(port: MessagePort, word: ToOwner): void {
  port.postMessage(word);
}
