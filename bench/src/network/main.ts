/**
 * Measures this framework on links as they are outside: with delay, loss, a rate and a queue, beside plain TCP of Node's under
 * each kind of congestion control that the kernel has. Two network namespaces are joined by a relay in user space
 * (`bench/network/wan.c`), since few kernels have netem and all have TUN devices. Needs Linux, root, `ip` and a C compiler.
 */
import { availableParallelism, loadavg } from 'node:os';
import { HELP, parseCommandLine, type CommandLine } from './command-line';
import { writeDocuments } from './documents';
import { LinkedNamespaces, tcpControls, whyNot } from './namespaces';
import { both } from './parts/both';
import { bulk } from './parts/bulk';
import { fairness } from './parts/fairness';
import type { Part } from './parts/part';
import { small } from './parts/small';
import { loadReports, saveReport, type Report } from './report';
import { installPeers, isPeer, PEERS } from './subjects/peers';
import type { SubjectName } from './subjects/subject';
import { textTable } from './table';

async function main(): Promise<void> {
  const asked = parseCommandLine(process.argv.slice(2), process.env.INIT_CWD ?? '.');
  if (asked.help) return console.log(HELP);
  const missing = asked.from.length > 0 ? undefined : whyNot();
  if (missing !== undefined) {
    console.error(`No link can be made here. ${missing}`);
    process.exitCode = 2;
    return;
  }
  const report = asked.from.length > 0 ? loadReports(asked.from) : await measureAll(asked);
  if (asked.json !== undefined) saveReport(asked.json, report);
  if (asked.writeDocuments) writeDocuments(report);
}

async function measureAll(asked: CommandLine): Promise<Report> {
  LinkedNamespaces.removeLeftovers();
  warnOfLoad();
  const tcp = tcpSubjects();
  const report = {
    node: process.version,
    bulk: await measurePart(bulk, asked, tcp),
    small: await measurePart(small, asked, tcp),
    both: await measurePart(both, asked, tcp),
    fairness: await measurePart(fairness, asked, tcp),
  };
  if ([report.bulk, report.small, report.both, report.fairness].every((rows) => rows.length === 0))
    throw new Error('Nothing that can be measured has those words in its name: see --help.');
  return report;
}

/** Whoever works in a process suffers from others, and TCP, which works in the kernel, hardly: ratios are wrong then. */
function warnOfLoad(): void {
  const [load] = loadavg();
  const cores = availableParallelism();
  if (load! > cores)
    console.log(
      `This machine is busy (load ${load!.toFixed(1)}, ${cores} cores): what is measured against TCP suffers more than TCP.`,
    );
}

/** Says which are left out; changing what a machine allows is up to its owner. */
function tcpSubjects(): SubjectName[] {
  const { allowed, others } = tcpControls(['reno', 'cubic', 'bbr']);
  if (others.length > 0)
    console.log(
      `Without TCP under ${others.join(' and ')}, which this kernel lets no namespace use. If it has it: ` +
        `sysctl -w net.ipv4.tcp_allowed_congestion_control="${[...allowed, ...others].join(' ')}".`,
    );
  return allowed.map((control) => `tcp ${control}` as const);
}

/** Prints each table when it is there. */
async function measurePart<Task, Row>(
  part: Part<Task, Row>,
  { wishes, rounds, profile }: CommandLine,
  tcp: readonly SubjectName[],
): Promise<Row[]> {
  const rows: Row[] = [];
  const plans = part.plan({ ...wishes, tcp, peers: PEERS });
  if (plans.some(({ subjects }) => subjects.some(isPeer))) installPeers();
  for (const plan of plans) {
    console.log(`\n${part.name}, ${plan.title}\n`);
    const measured = await part.measure(plan, rounds, profile === undefined ? {} : { profile });
    console.log(textTable(measured, part.columns));
    rows.push(...measured);
  }
  return rows;
}

process.once('exit', () => LinkedNamespaces.closeAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
