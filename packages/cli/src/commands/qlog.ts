import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { misuse } from '../failure.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { readQlog } from '../qlog/read-qlog.js';
import { summarize } from '../qlog/summary.js';
import { summaryLines, timelineLines } from '../qlog/text.js';
import { toQvis } from '../qlog/qvis.js';
import { examples, type SharedOptions } from '../shared-options.js';

const RECORDING = `
A qlog is written by an endpoint that is bound with { qlog: createWriteStream('server.qlog') }, and by the commands call and
bench with --qlog. Nothing of arguments, results and keys is in it.

Exit codes:
  0  shown
  1  the file is no qlog
  2  misuse: no such file`;

interface QlogCommandOptions extends SharedOptions {
  readonly timeline?: true;
  readonly qvis?: true;
}

/** The command `rpcudp qlog`. */
export function qlogCommand(): Command {
  return new Command('qlog')
    .description('Show what a qlog tells: packets, losses and what repaired them, windows, round trips, calls.')
    .argument('<file>', 'the qlog')
    .option('--timeline', 'show each event as a line')
    .option('--qvis', 'print it as qlog 0.3, which the viewer qvis loads')
    .addHelpText('after', RECORDING)
    .addHelpText(
      'after',
      examples(
        'call 127.0.0.1:1234 Store.put str:logo @logo.json --qlog call.qlog',
        'qlog call.qlog',
        'qlog call.qlog --timeline',
        'qlog call.qlog --qvis > call.json',
      ),
    )
    .action(showQlog);
}

async function showQlog(file: string, { timeline, qvis, json }: QlogCommandOptions): Promise<void> {
  const qlog = readQlog(await contentOf(file));
  const palette = paletteFor(process.stdout);
  if (qvis === true) return print(JSON.stringify(toQvis(qlog)));
  if (json === true) return print(JSON.stringify(summarize(qlog)));
  const lines = timeline === true ? timelineLines(qlog, palette) : summaryLines(summarize(qlog), palette);
  for (const line of lines) print(line);
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw misuse(`The file ${file} cannot be read: ${(error as Error).message}`, error);
  }
}
