import { inspect, types } from 'node:util';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { paletteFor } from './palette.js';
import { printable } from './printable.js';
import { jsonOf } from './values.js';

/** How failures are shown. */
export interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Writes a failure as one line to standard error. Its cause follows only where it was asked for. */
export function report(failure: CommandFailure, options: ReportOptions): void {
  process.stderr.write(`${failureLine(failure, options)}\n`);
  if (options.verbose === true) process.stderr.write(`${inspect(failure.cause ?? failure)}\n`);
}

/** A failure as one line: text, or JSON. */
export function failureLine({ fields, message }: CommandFailure, { json }: ReportOptions): string {
  return json === true ? jsonOf({ error: { message, ...fields } }) : errorLine(message);
}

/** The form of every line about something that went wrong. */
export function errorLine(message: string): string {
  return `${paletteFor(process.stderr).red('rpcudp:')} ${printable(message)}`;
}

/** Whatever a command threw, as a failure. */
export async function toFailure(thrown: unknown): Promise<CommandFailure> {
  if (thrown instanceof CommandFailure) return thrown;
  // Loaded only now, for a command that succeeds may need no core.
  const [{ RpcError }, { failureOf }] = await Promise.all([import('@rpcudp/core'), import('../rpc-failure.js')]);
  if (RpcError.is(thrown)) return failureOf(thrown);
  const message = types.isNativeError(thrown) ? thrown.message : String(thrown);
  return new CommandFailure(ExitCode.refused, `${message} (--verbose shows where)`, { cause: thrown });
}
