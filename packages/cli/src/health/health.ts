import { ask, connect, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { untypedMethod } from '../method-name.js';
import { printable } from '../output/printable.js';
import { print } from '../output/print.js';
import { failureOf, silence } from '../rpc-failure.js';
import type { SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';

export interface HealthOptions extends SharedOptions, SecurityChoice {
  readonly timeout: number;
  readonly watch?: true;
}

const SERVICE = 'rpcudp.Health';
/** By name, for a probe has no time to load the class. */
const CHECK = untypedMethod({ service: SERVICE, name: 'check' }, { delivery: 'idempotent' });
const WATCH = untypedMethod({ service: SERVICE, name: 'watch' }, { delivery: 'idempotent', stream: 'server' });

const EXITS: Readonly<Record<string, ExitCode>> = {
  SERVING: ExitCode.answered,
  NOT_SERVING: ExitCode.refused,
  SERVICE_UNKNOWN: ExitCode.absent,
};

/** Prints how a service is. The exit code says it, too. */
export async function health(address: string, service: string, options: HealthOptions): Promise<void> {
  await using connection = await connect({ address, wire: 'native', security: options });
  try {
    if (options.watch === true) await watch(connection, service, options);
    else tell(await ask(connection, CHECK, [service], { timeoutMs: options.timeout }), service, options);
  } catch (error) {
    throw explained(error, address);
  }
}

async function watch({ channel, errors, target }: Connection, service: string, options: HealthOptions): Promise<void> {
  // Every channel of an endpoint has streams.
  const states = channel.stream!(WATCH, [service], { timeoutMs: options.timeout });
  const stop = (): void => states.cancel();
  process.once('SIGINT', stop);
  try {
    for await (const status of states) tell(status, service, options);
  } catch (error) {
    if (!errors.is(error)) throw error;
    throw error.code === 'DEADLINE_EXCEEDED' ? silence(target, options.timeout) : failureOf(error, target);
  } finally {
    process.off('SIGINT', stop);
  }
}

/** @throws CommandFailure if the answer is none */
function tell(status: unknown, service: string, { json }: HealthOptions): void {
  const word = String(status);
  const exit = Object.hasOwn(EXITS, word) ? EXITS[word] : undefined;
  if (exit === undefined) {
    const words = Object.keys(EXITS).join(', ');
    throw new CommandFailure(ExitCode.refused, `The answer is none of ${words}: ${printable(word.slice(0, 100))}`);
  }
  print(json === true ? JSON.stringify({ service, status: word }) : word);
  process.exitCode = exit;
}

function explained(error: unknown, address: string): unknown {
  if (!(error instanceof CommandFailure) || error.fields.code !== 'UNIMPLEMENTED') return error;
  const advice = `${address} does not tell whether it can be called. Bind it with UdpEndpoint.bind({ health: true }).`;
  return new CommandFailure(ExitCode.refused, advice, { fields: error.fields, cause: error.cause });
}
