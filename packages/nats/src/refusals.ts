/** A "no" as it travels: `docs/nats.md` §4. */
import type { MsgHdrs } from '@nats-io/transport-node';
import type { RpcErrorCode } from '@rpcudp/core';
import { RPC_ERROR_CODES, type Executed, type Refusal } from '@rpcudp/core/endpoint';
import { header, HEADER, escapeText, type HeaderPairs } from './headers.js';

/** What tools of NATS show, which know the numbers of HTTP. */
const NUMBERS: Partial<Record<RpcErrorCode, number>> = {
  ALREADY_EXISTS: 409,
  DEADLINE_EXCEEDED: 504,
  FAILED_PRECONDITION: 412,
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  OUT_OF_RANGE: 400,
  PAYLOAD_TOO_LARGE: 413,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  UNAUTHENTICATED: 401,
  UNAVAILABLE: 503,
  UNIMPLEMENTED: 501,
};

export function refusalHeaders({ code, message, executed }: Refusal): HeaderPairs {
  return [
    [HEADER.code, code],
    [HEADER.executed, executed],
    // For people: what a client of ours shows is in the payload.
    [
      HEADER.serviceError,
      message === '' ? code : `${code}: ${escapeText(message.slice(0, 200)).replaceAll('%20', ' ')}`,
    ],
    [HEADER.serviceErrorCode, String(NUMBERS[code] ?? 500)],
  ];
}

/** What is said of a call that has no result; undefined of one that has. A code that is not known is `UNKNOWN`. */
export function readRefusal(from: MsgHdrs | undefined): { code: RpcErrorCode; executed: Executed } | undefined {
  const code = header(from, HEADER.code);
  const foreign = header(from, HEADER.serviceErrorCode);
  if (code === undefined && foreign === undefined) return undefined;
  const executed = header(from, HEADER.executed);
  return {
    code: isCode(code) ? code : 'UNKNOWN',
    executed: executed === 'no' || executed === 'yes' ? executed : 'unknown',
  };
}

function isCode(word: string | undefined): word is RpcErrorCode {
  return (RPC_ERROR_CODES as readonly (string | undefined)[]).includes(word);
}
