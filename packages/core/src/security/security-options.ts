import type { Address } from '../address.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import { checkKeyPair, type KeyPair } from './key-pair.js';
import type { PublicKey } from './public-key.js';
import { SharedSecret } from './shared-secret.js';

/** Who calls what. */
export interface AuthorizedCall {
  /** The caller's identity; undefined if it has none. */
  readonly publicKey: PublicKey | undefined;
  /** Whether it came encrypted: with a `sharedSecret`, from somebody who knows it. */
  readonly encrypted: boolean;
  readonly sender: Address;
  readonly service: string;
  /** The name of the method in its class. */
  readonly method: string;
}

/** What {@link Authorize} says where that is to be remembered. */
export interface Permission {
  readonly allowed: boolean;
  /** Whether that holds for all further calls of this method over the same association, from wherever the caller moves. */
  readonly remember: boolean;
}

/** Says whether a call may run. One that throws or rejects says no, and so does anything but `true`. */
export type Authorize = (call: AuthorizedCall) => boolean | Permission | Promise<boolean | Permission>;

/** How an endpoint protects what it sends and receives on the native wire. */
export interface SecurityOptions {
  /** Its identity, which its callers have to know beforehand, and which it calls with. Not together with `sharedSecret`. */
  readonly keyPair?: KeyPair;
  /**
   * What both sides know, in place of identities: who knows it is in. At least 32 bytes from a source of chance, such as
   * `openssl rand -base64 32` gives; a string counts as its UTF-8. No password: who records one handshake can try out
   * passwords by the million. Not together with `keyPair`.
   */
  readonly sharedSecret?: string | Uint8Array;
  /** Says whether a call may run. Default: every caller that has come so far may call everything. */
  readonly authorize?: Authorize;
  /** Whether to answer datagrams that are not encrypted as well. Default: false, and they are dropped without a word. */
  readonly allowPlain?: boolean;
  /**
   * Whether to run at-most-once calls that come as early data. Who records them can have them run again within the
   * bounds that the guide names. Default: false.
   */
  readonly earlyData?: boolean;
}

/** Security options that were checked, with their defaults. */
export interface Security {
  readonly keyPair: KeyPair | undefined;
  readonly sharedSecret: SharedSecret | undefined;
  readonly authorize: Authorize | undefined;
  readonly allowPlain: boolean;
  readonly earlyData: boolean;
}

const NAMES: readonly string[] = [
  'keyPair',
  'sharedSecret',
  'authorize',
  'allowPlain',
  'earlyData',
] satisfies (keyof SecurityOptions)[];

/**
 * Checks security options and fills in their defaults. Stricter than other options are checked: an option that is misspelt
 * or undefined by accident must not leave an endpoint open.
 *
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function checkSecurity(options: SecurityOptions): Security {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw invalid(`security must be an object { ${NAMES.join(', ')} }, not ${typeOf(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.includes(name)) throw invalid(`security has no option ${name}: there are ${NAMES.join(', ')}.`);
    if (value === undefined)
      throw invalid(`security.${name} is undefined. Leave it out if that is meant; else find out why it has no value.`);
  }
  const { keyPair, sharedSecret, authorize } = options;
  if (keyPair !== undefined && sharedSecret !== undefined)
    throw invalid('security takes a keyPair or a sharedSecret, not both. Leave one of them out.');
  if (authorize !== undefined && typeof authorize !== 'function')
    throw invalid(`security.authorize must be a function, not ${inspectOption(authorize)}.`);
  return {
    keyPair: keyPair === undefined ? undefined : checkKeyPair('security.keyPair', keyPair),
    sharedSecret: sharedSecret === undefined ? undefined : new SharedSecret('security.sharedSecret', sharedSecret),
    authorize,
    allowPlain: flag('allowPlain', options.allowPlain),
    earlyData: flag('earlyData', options.earlyData),
  };
}

function flag(name: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(`security.${name} must be true or false, not ${inspectOption(value)}.`);
}

/** A text may be a secret in the wrong place, so it is not repeated. */
function typeOf(value: unknown): string {
  return typeof value === 'string' ? 'a text' : inspectOption(value);
}

function invalid(message: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', message);
}
