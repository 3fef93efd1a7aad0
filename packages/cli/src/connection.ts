import type { CallOptions, Reply, RpcCall, RpcChannel, RpcError } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { openRecording } from './qlog/recording.js';
import { failureOf, silence, type Target } from './rpc-failure.js';
import { isSecured, securityOf, type SecurityChoice } from './security.js';

/** The longest message that an endpoint can be told to take. The bound that matters is that of the other side. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

const ignore = (): void => undefined;

/** An endpoint of the command's own, and a way to the one that was named. */
export interface Connection extends AsyncDisposable {
  readonly target: Target;
  readonly channel: RpcChannel;
  /** The class whose errors the channel raises. */
  readonly errors: typeof RpcError;
}

/** What is called, and how it is protected. */
export interface ConnectOptions extends Pick<Target, 'address' | 'wire'> {
  readonly security: SecurityChoice;
  /** The file to write a qlog to, if one is wanted. */
  readonly qlog?: string | undefined;
}

/**
 * Binds a free port. Sends nothing yet.
 *
 * @throws CommandFailure if the address is not written as one, or a key is none
 */
export async function connect({ address, wire, security: choice, qlog }: ConnectOptions): Promise<Connection> {
  const target: Target = { address, wire, secured: isSecured(choice) };
  // Loaded here and not on top: the help of a command needs no socket.
  const [{ RpcError }, { UdpEndpoint }] = await Promise.all([import('@rpcudp/core'), import('@rpcudp/udp')]);
  const recording = qlog === undefined ? undefined : await openRecording(qlog);
  try {
    const security = await securityOf(target, choice);
    const endpoint = await UdpEndpoint.bind({
      wires: [wire],
      messageBytesMax: MESSAGE_BYTES_MAX,
      ...(security && { security: security.endpoint }),
      ...(recording && { qlog: recording.sink }),
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
    try {
      const channel = endpoint.peer(address, security?.peer);
      const close = (): Promise<void> => endpoint.close().then(() => recording?.end());
      return { target, channel, errors: RpcError, [Symbol.asyncDispose]: close };
    } catch (error) {
      await endpoint.close();
      throw error;
    }
  } catch (error) {
    await recording?.end();
    throw RpcError.is(error) ? failureOf(error, target) : error;
  }
}

/** How long calls wait unless told otherwise, as everywhere in rpcudp. */
export const TIMEOUT_MS = 5000;

/** What came of a call. @throws CommandFailure if the other side said no, or it could not be sent. */
export async function outcome({ target, errors }: Connection, call: RpcCall<unknown>): Promise<Reply<unknown>> {
  try {
    return await call;
  } catch (error) {
    throw errors.is(error) ? failureOf(error, target) : error;
  }
}

/** Makes a call whose silence is a failure, too. */
export async function ask(
  connection: Connection,
  method: MethodContract,
  args: readonly unknown[],
  options: CallOptions,
): Promise<unknown> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const reply = await outcome(connection, connection.channel.call(method, args, { ...options, timeoutMs }));
  if (reply.received) return reply.value;
  throw silence(connection.target, timeoutMs);
}
