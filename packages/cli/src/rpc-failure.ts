import type { RpcError, RpcErrorCode, WireName } from '@rpcudp/core';
import { ExitCode } from './exit-codes.js';
import { CommandFailure } from './failure.js';

/** What was called, as the user named it. */
export interface Target {
  readonly address: string;
  readonly wire: WireName;
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
  return UNREACHABLE.includes(code) ? ExitCode.silence : ExitCode.misuse;
}

function refusal({ code, message, executed }: RpcError, target: Target | undefined): string {
  const who = target?.address ?? 'The other side';
  const ran = executed === 'yes' ? 'the handler ran' : executed === 'no' ? 'nothing ran' : 'it may have run';
  const advice = code === 'UNIMPLEMENTED' && target !== undefined ? ` To see what it serves: ${listing(target)}` : '';
  return `${who} said no (${ran}): ${code}: ${message}${advice}`;
}

function listing({ address }: Target): string {
  return `rpcudp list ${address}`;
}

/** The end of a command that heard nothing. */
export function silence({ address, wire }: Target, timeoutMs: number): CommandFailure {
  const nobody = `No response from ${address} within ${timeoutMs} ms.`;
  const advice =
    wire === 'rpcudp'
      ? 'On this wire that may also be a method that is unknown or failed. Check host, port and name.'
      : 'Check host and port, or raise --timeout; Python peers need --wire rpcudp.';
  return new CommandFailure(ExitCode.silence, `${nobody} ${advice}`, {
    fields: { code: 'DEADLINE_EXCEEDED', executed: 'unknown' },
  });
}
