/**
 * Measures this framework on links as they are outside: with delay, loss, a rate and a queue, beside plain TCP of Node's under
 * each kind of congestion control that the kernel has. Two network namespaces are joined by a relay in user space
 * (`bench/network/wan.c`), since few kernels have netem and all have TUN devices. Needs Linux, root, `ip` and a C compiler.
 */
import { writeFileSync } from 'node:fs';
import { HELP, parseCommandLine } from './command-line';
import { measureBulk, type BulkRow } from './measure-bulk';
import { nameOf } from './link';
import { LinkedNamespaces, tcpControls, whyNot } from './namespaces';
import { planBulk, taskName } from './plan';
import { figure, textTable, type Columns } from './table';

const BULK_COLUMNS: Columns<BulkRow> = {
  'subject': ({ subject }) => subject,
  'first MB/s': ({ firstMbPerSecond }) => figure(firstMbPerSecond),
  'third MB/s': ({ thirdMbPerSecond }) => figure(thirdMbPerSecond),
  '× tcp bbr, first': ({ firstRatio }) => figure(firstRatio),
  'third': ({ thirdRatio }) => figure(thirdRatio),
  'longest first ms': ({ firstMsMax }) => figure(firstMsMax),
  'silent': ({ silent }) => String(silent),
  'cpu ms/MB': ({ processorMsPerMb }) => figure(processorMsPerMb),
};

async function main(): Promise<void> {
  const { help, wishes, rounds, profile, json } = parseCommandLine(process.argv.slice(2), process.env.INIT_CWD ?? '.');
  if (help) return console.log(HELP);
  const missing = whyNot();
  if (missing !== undefined) {
    console.error(`No link can be made here. ${missing}`);
    process.exitCode = 2;
    return;
  }
  LinkedNamespaces.removeLeftovers();
  const plans = planBulk({ ...wishes, tcpControls: tcpControls(['reno', 'cubic', 'bbr']) });
  if (plans.length === 0) throw new Error('Nothing that can be measured has those words in its name: see --help.');
  const bulk: BulkRow[] = [];
  for (const plan of plans) {
    console.log(`\n${nameOf(plan.link)}: ${taskName(plan.task)}\n`);
    const rows = await measureBulk(plan, rounds, profile === undefined ? {} : { profile });
    console.log(textTable(rows, BULK_COLUMNS));
    bulk.push(...rows);
  }
  if (json !== undefined) writeFileSync(json, JSON.stringify({ node: process.version, rounds, bulk }, undefined, 2));
}

process.once('exit', () => LinkedNamespaces.closeAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(process.exitCode ?? 1);
});
