import type { PeerOptions } from '@rpcudp/core/endpoint';
import type { SecurityOptions } from '@rpcudp/core/security';
import { Option, type Command } from 'commander';
import { misuse } from './failure.js';
import type { Target } from './rpc-failure.js';

/** The options of every command that calls: who calls, and who must answer. */
export interface SecurityChoice {
  readonly key?: string;
  readonly peerKey?: string;
  readonly secretFile?: string;
}

/** What an endpoint of the command's own is bound with, and what its peer is. */
export interface Security {
  readonly endpoint: SecurityOptions;
  readonly peer: PeerOptions;
}

/** The part of a command's help that shows encrypted calls. */
export const SECURITY_HELP = `
An endpoint with security answers those alone who know its public key, or the secret that it shares. A file with either
secret has to be readable by nobody else: chmod 600.`;

/** Adds the options of {@link SecurityChoice}. */
export function addSecurityOptions(command: Command): Command {
  return command
    .option('--peer-key <public key>', 'who must answer, and encrypt: what rpcudp keygen prints')
    .option('--key <file>', 'who calls: a file of rpcudp keygen; needs --peer-key')
    .addOption(
      new Option('--secret-file <file>', 'a file with the secret that both sides share, and encrypt').conflicts([
        'key',
        'peerKey',
      ]),
    );
}

/** Whether anything is to be encrypted. */
export function isSecured({ key, peerKey, secretFile }: SecurityChoice): boolean {
  return (key ?? peerKey ?? secretFile) !== undefined;
}

/**
 * What the options stand for; undefined if nothing is to be encrypted.
 *
 * @throws CommandFailure if they do not go together, RpcError if a file holds no key or others may read it
 */
export async function securityOf(target: Target, choice: SecurityChoice): Promise<Security | undefined> {
  if (!isSecured(choice)) return undefined;
  const { key, peerKey, secretFile } = choice;
  if (target.wire !== 'native') throw misuse('The rpcudp wire encrypts nothing. Leave --wire rpcudp or the keys out.');
  if (secretFile === undefined && peerKey === undefined) {
    throw misuse('An identity is shown to nobody unknown: beside --key, name who must answer, by --peer-key.');
  }
  const { loadKeyPair, loadSharedSecret } = await import('@rpcudp/core/security');
  if (secretFile !== undefined) return { endpoint: { sharedSecret: loadSharedSecret(secretFile) }, peer: {} };
  return { endpoint: key === undefined ? {} : { keyPair: loadKeyPair(key) }, peer: { publicKey: peerKey! } };
}
