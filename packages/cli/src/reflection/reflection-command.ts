import { Command } from 'commander';
import { addressArgument } from '../address-argument.js';
import { TIMEOUT_MS } from '../connection.js';
import { milliseconds } from '../option-parsers.js';
import { SECURITY_HELP, addSecurityOptions, type SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';

const EXPLANATION = `
The endpoint has to serve reflection: UdpEndpoint.bind({ reflection: true }).`;

/** What every command takes that asks an endpoint what it serves. */
export interface ReflectionOptions extends SharedOptions, SecurityChoice {
  readonly timeout: number;
}

/** A command that asks an endpoint what it serves; its own arguments come after the address. */
export function reflectionCommand(name: string): Command {
  const command = new Command(name)
    .addArgument(addressArgument())
    .option('--timeout <ms>', 'how long to wait for the answer', milliseconds, TIMEOUT_MS);
  return addSecurityOptions(command).addHelpText('after', EXPLANATION).addHelpText('after', SECURITY_HELP);
}
