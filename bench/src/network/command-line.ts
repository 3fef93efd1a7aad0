import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CongestionControl } from '@rpcudp/core/endpoint';
import { parseLink } from './link';
import type { Wishes } from './parts/part';
import type { SubjectName } from './subjects/subject';

export const HELP = `npm run bench:network -- [options]

  --link 50ms,1%,100mbit   measure on this link: round trip, loss each way, rate; queue=400ms for one that is not of 100 ms.
                           May be given several times. Default: five links that differ
  --all                    every link of 5, 50, 200 ms by 20, 100, 1000 Mbit/s by 0, 0.1, 1, 3, 10 % loss
  --quick                  one link and small sizes, to see that all of it runs
  --rounds N               each measurement so often, in turn; figures are medians. Default: 3, and 1 with --quick
  --only WORD              only measurements with this word in their name: 'bulk', 'small calls', 'both at once', 'fairness',
                           '8 MiB', 'answer', 'rpcudp', 'tcp bbr', 'grpc-js'. Several words with | between them: one of
                           them. May be given several times: all of them
  --congestion bbr,cubic   the congestion controls of our own wire: bbr, cubic, new-reno. Default: bbr
  --encrypted              our own wire encrypted, too
  --profile FOLDER         a CPU profile of each process at an end
  --json FILE              all figures as JSON
  --from FILE              measures nothing, and takes the figures of such files instead. May be given several times
  --write-docs             puts the figures into docs/performance.md and draws its charts

A full run takes some hours, most of them for TCP that waits for what was lost; --only and --link pick what you need. What
others offer is installed into bench/peers when it is measured for the first time. The link is a relay in user space between
two namespaces, whether the kernel has netem or not. Without root, Linux or the tools that it needs it says so and ends with 2.`;

/** What the command line says. */
export interface CommandLine {
  readonly help: boolean;
  /** Without what there is to compare with, which is not up to the command line. */
  readonly wishes: Omit<Wishes, 'tcp' | 'peers'>;
  readonly rounds: number;
  /** Folders and files, from where npm was started. */
  readonly profile: string | undefined;
  readonly json: string | undefined;
  /** Files with figures, in the place of measuring. */
  readonly from: readonly string[];
  readonly writeDocuments: boolean;
}

const CONTROLS = ['bbr', 'cubic', 'new-reno'] as const satisfies CongestionControl[];

/** @throws Error that says which option is wrong, and how it is written */
export function parseCommandLine(args: readonly string[], startedIn: string): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'link': { type: 'string', multiple: true, default: [] },
      'only': { type: 'string', multiple: true, default: [] },
      'all': { type: 'boolean', default: false },
      'quick': { type: 'boolean', default: false },
      'rounds': { type: 'string' },
      'congestion': { type: 'string', default: 'bbr' },
      'encrypted': { type: 'boolean', default: false },
      'profile': { type: 'string' },
      'json': { type: 'string' },
      'from': { type: 'string', multiple: true, default: [] },
      'write-docs': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  const { help, link, only, all, quick, encrypted } = values;
  const pathOf = (path: string | undefined): string | undefined => (path ? resolve(startedIn, path) : undefined);
  return {
    help,
    wishes: { links: link.map(parseLink), only, all, quick, own: ownOf(values.congestion, encrypted) },
    rounds: roundsOf(values.rounds ?? (quick ? '1' : '3')),
    profile: pathOf(values.profile),
    json: pathOf(values.json),
    from: values.from.map((file) => resolve(startedIn, file)),
    writeDocuments: values['write-docs'],
  };
}

function ownOf(congestion: string, encrypted: boolean): SubjectName[] {
  const own: SubjectName[] = [];
  for (const text of congestion.split(',')) {
    const control = CONTROLS.find((each) => each === text);
    if (control === undefined)
      throw new Error(`--congestion takes ${CONTROLS.join(', ')} with commas between them, not '${text}'.`);
    own.push(`rpcudp ${control}`);
    if (encrypted) own.push(`rpcudp ${control} encrypted`);
  }
  return own;
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 on, not '${text}'.`);
  return rounds;
}
