import { Command } from 'commander';
import { addressArgument } from '../address-argument.js';
import { TIMEOUT_MS } from '../connection.js';
import { milliseconds } from '../option-parsers.js';
import type { SharedOptions } from '../shared-options.js';

const EXPLANATION = `
The endpoint has to serve reflection: UdpEndpoint.bind({ reflection: true }).`;

/** What every command takes that asks an endpoint what it serves. */
export interface ReflectionOptions extends SharedOptions {
  readonly timeout: number;
}

/** A command that asks an endpoint what it serves; its own arguments come after the address. */
export function reflectionCommand(name: string): Command {
  return new Command(name)
    .addArgument(addressArgument())
    .option('--timeout <ms>', 'how long to wait for the answer', milliseconds, TIMEOUT_MS)
    .addHelpText('after', EXPLANATION);
}
