import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { TOKEN_HEADER } from './shared/messages.js';

/** Where the page is served. */
export interface ServedAt {
  /** An IP address, as it was bound. */
  readonly host: string;
  readonly port: number;
}

/** Why a request is refused, as its answer says. */
export interface AccessRefusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Whether nobody but this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Who may ask the inspector. Any page that a browser shows can send requests to a loopback address, and one whose name is made to
 * lead here (DNS rebinding) can read the answers. So the host has to be an address of ours, and whoever asks for more than files
 * has to come from our page and to know the token, which no other page does.
 */
export class Access {
  readonly #served: ServedAt;
  readonly #token: Buffer;

  constructor(served: ServedAt, token: string) {
    this.#served = served;
    this.#token = digestOf(token);
  }

  /** Of any request. */
  refusesHost({ host }: IncomingHttpHeaders): AccessRefusal | undefined {
    if (host !== undefined && this.#isOurs(host)) return undefined;
    return {
      status: 403,
      message: 'The host of this address is not that of the inspector. Open the address that it printed.',
    };
  }

  /** Of a request that does more than to read a file of the page. */
  refuses(headers: IncomingHttpHeaders): AccessRefusal | undefined {
    const wrongHost = this.refusesHost(headers);
    if (wrongHost !== undefined) return wrongHost;
    // Browsers say where every request comes from that may do something.
    if (headers.origin !== `http://${headers.host}`)
      return { status: 403, message: 'Only the page of the inspector may ask this.' };
    const token = headers[TOKEN_HEADER];
    if (typeof token === 'string' && timingSafeEqual(digestOf(token), this.#token)) return undefined;
    return {
      status: 401,
      message: 'The token is missing or wrong. Open the address that the inspector printed last, with all of it.',
    };
  }

  /** A name can be made to lead anywhere, an address cannot. */
  #isOurs(host: string): boolean {
    const [, name = '', port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(host) ?? [];
    if (Number(port) !== this.#served.port) return false;
    const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
    if (isLoopback(this.#served.host)) return bare === this.#served.host || LOOPBACK.includes(bare);
    return isIP(bare) !== 0;
  }
}

/** Of equal length, whatever is compared. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
