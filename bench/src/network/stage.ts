import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Order } from './agent';
import type { Link } from './link';
import { HOSTS, LinkedNamespaces, type End } from './namespaces';
import { tcpControlOf } from './subjects/by-name';
import type { Served, SubjectName } from './subjects/subject';
import type { FiguresOf, Task } from './tasks/task';

/** How the processes at the ends are started. */
export interface StageOptions {
  /** A folder for a CPU profile of each process. */
  readonly profile?: string;
}

/** One caller of a server of its own, and what it does. */
export interface Act<T extends Task> {
  readonly subject: SubjectName;
  readonly task: T;
}

/** What an act came to. */
export interface Outcome<T extends Task> {
  readonly figures: FiguresOf<T>;
  /** Processor time that each side took for it, in milliseconds, connecting included. */
  readonly processorMs: Readonly<Record<End, number>>;
}

/** Sets up a link that nobody has used, plays these acts on it at once, each between two fresh processes, and takes all down. */
export async function play<T extends Task>(
  acts: readonly Act<T>[],
  link: Link,
  seed: number,
  { profile }: StageOptions,
): Promise<Outcome<T>[]> {
  const namespaces = await LinkedNamespaces.make(link, seed);
  try {
    const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const start = (end: End): Agent => new Agent(namespaces.fork(end, join(__dirname, 'agent.js'), nodeOptions));
    const pairs = [];
    for (const { subject, task } of acts) {
      // Sockets take the control that holds when they are made, so that one stage has room for one kind of TCP.
      const control = tcpControlOf(subject);
      if (control !== undefined) namespaces.useTcp(control);
      const [server, caller] = [start('server'), start('caller')];
      const served = await server.ask<Served>({ order: 'serve', subject, host: HOSTS.server });
      pairs.push({ server, caller, order: { order: 'call', subject, host: HOSTS.server, served, task } as const });
    }
    const outcomes = await Promise.all(
      pairs.map(async ({ server, caller, order }) => {
        const before = await processorOf(server, caller);
        const figures = await caller.ask<FiguresOf<T>>(order);
        const after = await processorOf(server, caller);
        const processorMs = { server: after.server - before.server, caller: after.caller - before.caller };
        return { figures, processorMs };
      }),
    );
    await Promise.all(pairs.flatMap(({ server, caller }) => [server.end(), caller.end()]));
    return outcomes;
  } finally {
    namespaces.close();
  }
}

/** A process at one end. */
class Agent {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  async ask<T>(order: Order): Promise<T> {
    this.#child.send(order);
    const [answer] = (await Promise.race([once(this.#child, 'message'), this.#exit()])) as [Answer];
    if ('failed' in answer) throw new Error(`'${order.order}' failed at one end: ${answer.failed}`);
    return answer.answer as T;
  }

  /** Lets it write what it has to write. */
  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  async #exit(): Promise<never> {
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, string | null];
    throw new Error(`A process at one end of the link ended (${code ?? signal}) before it answered.`);
  }
}

async function processorOf(server: Agent, caller: Agent): Promise<Record<End, number>> {
  const [atServer, atCaller] = await Promise.all(
    [server, caller].map((agent) => agent.ask<{ processorMs: number }>({ order: 'processor' })),
  );
  return { server: atServer!.processorMs, caller: atCaller!.processorMs };
}
