import { readFile } from 'node:fs/promises';
import type { EarlyDataReader } from '@rpcudp/core/endpoint';
import { Command, InvalidArgumentError, Option } from 'commander';
import { decodeInput } from '../decode/decode-input.js';
import { FORMATS, type InputFormat } from '../decode/input.js';
import { MethodNames } from '../decode/method-names.js';
import { SHORT, WHOLE } from '../decode/value-text.js';
import { ExitCode } from '../exit-codes.js';
import { misuse } from '../failure.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { errorLine } from '../output/report.js';
import { examples, type SharedOptions } from '../shared-options.js';

const SEALED = `
Of a sealed packet anybody sees ids, numbers and sizes. The secret of the callee opens early data, which is what a caller
sends before the handshake is over. The rest has keys that both ends have forgotten, and is opened by nothing.`;

const EXIT = `
Exit codes:
  0  everything was decoded, or is sealed
  1  something was malformed
  2  misuse: no such file, or no known format`;

interface DecodeCommandOptions extends SharedOptions {
  readonly format?: InputFormat;
  readonly port?: number;
  readonly method?: readonly string[];
  readonly key?: string;
  readonly secretFile?: string;
}

/** The command `rpcudp decode`. */
export function decodeCommand(): Command {
  return new Command('decode')
    .description('Make datagrams of both wires readable: from hex, base64, or a capture of tcpdump or Wireshark.')
    .argument('[file]', 'where the datagrams are; default: standard input')
    .addOption(new Option('--format <format>', 'what the input is; default: detected').choices([...FORMATS]))
    .option('--port <port>', 'of a capture, show what goes from or to this port, and nothing else', port)
    .option('--method <Service.method>', 'a name to show for its hash on the native wire; can be repeated', oneMore)
    .option('--key <file>', 'the key file of the callee, which opens early data')
    .addOption(new Option('--secret-file <file>', 'the secret that both sides share, which does, too').conflicts('key'))
    .option('-v, --verbose', 'show all fields, and values in full')
    .addHelpText('after', SEALED)
    .addHelpText('after', EXIT)
    .addHelpText(
      'after',
      examples(
        'decode capture.pcap --port 1234',
        'decode datagrams.txt --method Math.add --method Math.sub',
        'decode --json < datagrams.txt',
        'decode capture.pcap --key server.key',
      ),
    )
    .action(decode);
}

function oneMore(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function port(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= 1 && number <= 65_535) return number;
  throw new InvalidArgumentError('It takes a whole number from 1 to 65535.');
}

async function decode(file: string | undefined, options: DecodeCommandOptions): Promise<void> {
  const verbose = options.verbose === true;
  const result = decodeInput(await contentOf(file), {
    format: options.format,
    port: options.port,
    json: options.json === true,
    style: {
      names: new MethodNames(options.method),
      limits: verbose ? WHOLE : SHORT,
      verbose,
      palette: paletteFor(process.stdout),
      reader: await readerFor(options),
    },
    print,
    remark: (text) => void process.stderr.write(`${errorLine(text)}\n`),
  });
  process.exitCode = result.malformed > 0 ? ExitCode.refused : ExitCode.answered;
}

/** What opens early data, if there is a secret for it. @throws RpcError if the file holds none */
async function readerFor({ key, secretFile }: DecodeCommandOptions): Promise<EarlyDataReader | undefined> {
  if (key === undefined && secretFile === undefined) return undefined;
  const [{ loadCrypto, loadKeyPair, loadSharedSecret }, { EarlyDataReader }] = await Promise.all([
    import('@rpcudp/core/security'),
    import('@rpcudp/core/endpoint'),
  ]);
  const security = key === undefined ? { sharedSecret: loadSharedSecret(secretFile!) } : { keyPair: loadKeyPair(key) };
  return new EarlyDataReader(await loadCrypto(), security);
}

async function contentOf(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined || file === '-') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(file);
  } catch (error) {
    throw misuse(`The file ${file} cannot be read: ${(error as Error).message}`, error);
  }
}
