/**
 * Floods an endpoint with opening packets of forged sources, on loopback, while a peer that is known calls it and others
 * come for the first time. Fails if its memory grows beyond a bound, if it sends a victim more than it was sent for it, if
 * the known peer's calls get slow, or if newcomers do not get in. Needs Linux, python3 and raw sockets.
 *
 *   npm run flood -- [--packets 100000] [--rate 12000]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EstablishedPeer, type Seen } from './callers';
import { Forger, whyNot, type FloodFigures, type FloodPlan } from './forger';
import { catchOpenings } from './openings';
import { faultsOf, report, type Phase } from './report';
import type { ServerFigures } from './server';

const WARM_UP_MS = 3_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { packets: { type: 'string' }, rate: { type: 'string' } } });
  const plan = { packets: whole('packets', values.packets ?? '100000'), rate: whole('rate', values.rate ?? '12000') };
  const missing = whyNot();
  if (missing !== undefined) throw new Error(`No flood can be made here. ${missing}`);
  console.log(`Catching ${plan.packets} opening packets …`);
  const forger = new Forger(await catchOpenings(plan.packets));
  const server = fork(join(__dirname, 'server.js'));
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const peer = await EstablishedPeer.connect(port);
  try {
    const { phases, flood } = await measure(plan, { server, port, peer, forger });
    report(phases, flood);
    const faults = faultsOf(phases, flood);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    await peer.close();
    server.disconnect();
    forger.remove();
  }
}

interface Parts {
  readonly server: ChildProcess;
  readonly port: number;
  readonly peer: EstablishedPeer;
  readonly forger: Forger;
}

/** The same calls with nothing else going on, while the flood goes elsewhere, and while it comes. */
async function measure(
  plan: FloodPlan,
  { server, port, peer, forger }: Parts,
): Promise<{ phases: Phase[]; flood: FloodFigures }> {
  const during = async (name: string, over: Promise<unknown>): Promise<Phase> => {
    const before = await ask(server);
    const seen: Seen = await peer.callDuring(port, over);
    return { name, seen, before, after: await ask(server) };
  };
  await during('warm-up', sleep(WARM_UP_MS));
  const quiet = await during('quiet', sleep((plan.packets / plan.rate) * 1000));
  const elsewhere = forger.flood(undefined, plan);
  const control = await during('flood elsewhere', elsewhere.sent);
  await elsewhere.over;
  const flood = forger.flood(port, plan);
  const flooded = await during('flood', flood.sent);
  return { phases: [quiet, control, flooded], flood: await flood.over };
}

async function ask(server: ChildProcess): Promise<ServerFigures> {
  server.send('figures');
  const [figures] = (await once(server, 'message')) as [ServerFigures];
  return figures;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1, not ${text}.`);
  return value;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
