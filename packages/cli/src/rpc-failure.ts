import type { RpcError, RpcErrorCode, WireName } from '@rpcudp/core';
import { ExitCode } from './exit-codes.js';
import { CommandFailure } from './failure.js';
import { LARGE_ARGUMENTS_BYTES, type Arrived } from './output/progress-bar.js';

/** What was called, as the user named it. */
export interface Target {
  readonly address: string;
  readonly wire: WireName;
  /** Whether it is called with keys. */
  readonly secured: boolean;
}

/** Local errors that say that nobody could be reached; all others that are local are about what was typed. */
const UNREACHABLE: readonly RpcErrorCode[] = [
  'CANCELLED',
  'CLOSED',
  'DEADLINE_EXCEEDED',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
];

/** An error of a call as the end of a command: whose no it was, and what to do next. */
export function failureOf(error: RpcError, target?: Target): CommandFailure {
  // What was typed to be streamed turned out wrong on the way.
  if (error.cause instanceof CommandFailure) return error.cause;
  const { code, message, executed, details } = error;
  const fields = { code, message, origin: error.origin, executed, ...(details === undefined ? {} : { details }) };
  const options = { fields, cause: error };
  if (error.origin === 'remote') return new CommandFailure(ExitCode.refused, refusal(error, target), options);
  const text = executed === 'unknown' ? `${message} Whether the method ran is unknown.` : message;
  return new CommandFailure(localExitCode(error), text, options);
}

function localExitCode({ code, executed }: RpcError): ExitCode {
  // The result came and is of no use here.
  if (executed === 'yes') return ExitCode.refused;
  // The other side is there, and does not take our keys.
  if (code === 'UNAUTHENTICATED') return ExitCode.refused;
  return UNREACHABLE.includes(code) ? ExitCode.silence : ExitCode.misuse;
}

function refusal({ code, message, executed }: RpcError, target: Target | undefined): string {
  const who = target?.address ?? 'The other side';
  const ran = executed === 'yes' ? 'the handler ran' : executed === 'no' ? 'nothing ran' : 'it may have run';
  const advice = code === 'UNIMPLEMENTED' && target !== undefined ? ` To see what it serves: ${listing(target)}` : '';
  return `${who} said no (${ran}): ${code}: ${message}${advice}`;
}

function listing({ address, secured }: Target): string {
  return `rpcudp list ${address}${secured ? ', with the same keys' : ''}`;
}

/** The end of a command that heard nothing. @param arrived Of the arguments, where they may be large. */
export function silence({ address, wire, secured }: Target, timeoutMs: number, arrived?: Arrived): CommandFailure {
  const nobody = `No response from ${address} within ${timeoutMs} ms.`;
  const fields = { code: 'DEADLINE_EXCEEDED', executed: 'unknown' };
  if (arrived === undefined || arrived.acknowledgedBytes === 0 || arrived.totalBytes < LARGE_ARGUMENTS_BYTES)
    return new CommandFailure(ExitCode.silence, `${nobody} ${adviceOn(wire, secured)}`, { fields });
  const { acknowledgedBytes, totalBytes } = arrived;
  const some = acknowledgedBytes === totalBytes ? 'All' : `${acknowledgedBytes} of`;
  return new CommandFailure(
    ExitCode.silence,
    `${nobody} ${some} ${totalBytes} bytes of the arguments were acknowledged: raise --timeout.`,
    { fields: { ...fields, details: { acknowledgedBytes, totalBytes } } },
  );
}

function adviceOn(wire: WireName, secured: boolean): string {
  if (wire === 'rpcudp')
    return 'On this wire that may also be a method that is unknown or failed. Check host, port and name.';
  const check = 'Check host and port, or raise --timeout';
  if (secured) return `${check}.`;
  return `${check}; Python peers need --wire rpcudp, and those with security --peer-key or --secret-file.`;
}
