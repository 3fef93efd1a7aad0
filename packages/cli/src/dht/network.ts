import type { KademliaNode } from '@rpcudp/kademlia';
import { MESSAGE_BYTES_MAX } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { failureOf } from '../rpc-failure.js';
import { isSecured, securityOf } from '../security.js';
import type { DhtOptions } from './options.js';

/** A network that the command has joined. */
export interface Network {
  readonly node: KademliaNode;
  readonly options: DhtOptions;
  /** Aborted when the time of the command is over. */
  readonly signal: AbortSignal;
}

/**
 * The id of every run. Python nodes remember whoever asks them, and name it to others: under one id it is one contact that does not
 * answer any more, and not one for each run.
 */
const OWN_ID = Uint8Array.from(Buffer.from('rpcudp dht, a client'));

const ignore = (): void => undefined;

/**
 * Joins as a node that only asks, does something, and leaves.
 *
 * @throws CommandFailure if nobody answers, or an option is wrong
 */
export async function withNetwork(options: DhtOptions, work: (network: Network) => Promise<void>): Promise<void> {
  const { wire, bootstrap, k, timeout } = options;
  const target = { address: bootstrap.join(' or '), wire, secured: isSecured(options) };
  const [{ RpcError }, { UdpEndpoint }, { KademliaNode }] = await Promise.all([
    import('@rpcudp/core'),
    import('@rpcudp/udp'),
    import('@rpcudp/kademlia'),
  ]);
  const signal = AbortSignal.timeout(timeout);
  try {
    const security = await securityOf(target, options);
    await using endpoint = await UdpEndpoint.bind({
      wires: [wire],
      messageBytesMax: MESSAGE_BYTES_MAX,
      ...(security && { security: security.endpoint }),
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
    const joining = KademliaNode.join(endpoint, { bootstrap, k, client: true, id: OWN_ID });
    const node = await Promise.race([joining, over(signal)]);
    if (node === undefined || node.contacts().length === 0) throw nobody(options, signal);
    try {
      await work({ node, options, signal });
    } finally {
      await node.leave({ handOver: false });
    }
  } catch (error) {
    throw RpcError.is(error) ? failureOf(error) : error;
  }
}

function over(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}

function nobody({ bootstrap, wire, timeout }: DhtOptions, { aborted }: AbortSignal): CommandFailure {
  const who = bootstrap.length === 1 ? `${bootstrap[0]} did not answer` : `None of ${bootstrap.join(', ')} answered`;
  const advice = aborted ? ` within ${timeout} ms. Check host and port, or raise --timeout` : '. Check host and port';
  const other =
    wire === 'native' ? 'Python nodes need --wire rpcudp' : 'if they are no Python nodes, try --wire native';
  const fields = { code: aborted ? 'DEADLINE_EXCEEDED' : 'UNAVAILABLE' };
  return new CommandFailure(ExitCode.silence, `${who}${advice}; ${other}.`, { fields });
}
