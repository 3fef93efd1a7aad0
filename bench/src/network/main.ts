/**
 * Measures this framework on links as they are outside: with delay, loss, a rate and a queue, beside plain TCP of Node's under
 * each kind of congestion control that the kernel has. Two network namespaces are joined by a relay in user space
 * (`bench/network/wan.c`), since few kernels have netem and all have TUN devices. Needs Linux, root, `ip` and a C compiler.
 */
import { writeFileSync } from 'node:fs';
import { HELP, parseCommandLine } from './command-line';
import { LinkedNamespaces, tcpControls, whyNot } from './namespaces';
import { both } from './parts/both';
import { bulk } from './parts/bulk';
import { fairness } from './parts/fairness';
import type { Part, Wishes } from './parts/part';
import { small } from './parts/small';
import type { StageOptions } from './stage';
import { installPeers, isPeer, PEERS } from './subjects/peers';
import type { SubjectName } from './subjects/subject';
import { textTable } from './table';

/** The rows of each part that had something to measure. */
type Report = Record<string, unknown[]>;

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
  const machine = { tcp: tcpSubjects(), peers: PEERS };
  const report: Report = {};
  const measureAll = async <Task, Row>(part: Part<Task, Row>): Promise<void> => {
    const rows = await measurePart(part, { ...wishes, ...machine }, rounds, profile === undefined ? {} : { profile });
    if (rows.length > 0) report[part.name] = rows;
  };
  await measureAll(bulk);
  await measureAll(small);
  await measureAll(both);
  await measureAll(fairness);
  if (Object.keys(report).length === 0)
    throw new Error('Nothing that can be measured has those words in its name: see --help.');
  if (json !== undefined)
    writeFileSync(json, JSON.stringify({ node: process.version, rounds, ...report }, undefined, 2));
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
  wishes: Wishes,
  rounds: number,
  options: StageOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  const plans = part.plan(wishes);
  if (plans.some(({ subjects }) => subjects.some(isPeer))) installPeers();
  for (const plan of plans) {
    console.log(`\n${part.name}, ${plan.title}\n`);
    const measured = await part.measure(plan, rounds, options);
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
