import { RpcError, type RpcErrorCode } from '@rpcudp/core';

/** What each refusal of the operating system means, and what to do about it. */
const MEANINGS: Readonly<Record<string, { readonly code: RpcErrorCode; readonly advice: string }>> = {
  EADDRINUSE: {
    code: 'ADDRESS_IN_USE',
    advice: 'Another socket is bound to it. Stop that program, or bind another port; port 0 takes any that is free.',
  },
  EADDRNOTAVAIL: {
    code: 'UNAVAILABLE',
    advice: 'This machine has no address for it. Endpoints bind "0.0.0.0" or "::", or an address of this machine.',
  },
  EACCES: {
    code: 'PERMISSION_DENIED',
    advice:
      'Ports below 1024 and broadcast addresses need permission. Use a port above 1023, and no broadcast address.',
  },
  EPERM: { code: 'PERMISSION_DENIED', advice: 'A firewall rule or the sandbox of this process forbids it.' },
  ENETUNREACH: { code: 'UNAVAILABLE', advice: 'This machine has no route to that network.' },
  EHOSTUNREACH: { code: 'UNAVAILABLE', advice: 'There is no way to that host at the moment.' },
  ENETDOWN: { code: 'UNAVAILABLE', advice: 'The network interface is down.' },
  ECONNREFUSED: { code: 'UNAVAILABLE', advice: 'Nobody seems to listen there.' },
  EINVAL: {
    code: 'UNAVAILABLE',
    advice:
      'The address does not fit the one that the endpoint is bound to, or lacks its interface, as in "fe80::1%eth0".',
  },
  EAFNOSUPPORT: { code: 'UNAVAILABLE', advice: 'The endpoint cannot send to addresses of that family.' },
  EMSGSIZE: { code: 'PAYLOAD_TOO_LARGE', advice: 'The datagram is larger than the system sends. Send less at a time.' },
  ENOBUFS: { code: 'RESOURCE_EXHAUSTED', advice: 'The system has no buffer left for it. Send less at a time.' },
  ENOMEM: { code: 'RESOURCE_EXHAUSTED', advice: 'The system has no memory left for it.' },
  EMFILE: {
    code: 'RESOURCE_EXHAUSTED',
    advice: 'This process has too many open files. Close some, or raise the limit.',
  },
};

/**
 * An error of the system as an {@link RpcError} that says what was tried, what the system said, and what to do.
 *
 * @param tried Such as `bind 127.0.0.1:1234`.
 */
export function systemError(error: unknown, tried: string): RpcError {
  const code = (error as { code?: unknown } | undefined)?.code;
  const meaning = typeof code === 'string' ? MEANINGS[code] : undefined;
  const said = typeof code === 'string' ? code : String(error);
  return new RpcError(
    meaning?.code ?? 'UNAVAILABLE',
    `Could not ${tried}: ${said}. ${meaning?.advice ?? ''}`.trimEnd(),
    {
      executed: 'no',
      cause: error,
    },
  );
}
