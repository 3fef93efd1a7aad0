/**
 * Floods an endpoint with opening packets of forged sources, on loopback, while a peer that is known calls it and others
 * come for the first time. Fails if its memory grows beyond a bound, if it sends a victim more than it was sent for it, if
 * the known peer's calls get slow, or if newcomers do not get in. Needs Linux, python3 and raw sockets.
 *
 * Once without encryption, and once with an identity of the server's, whose handshakes are the dearest part of a flood.
 *
 *   npm run flood -- [--packets 100000] [--rate 12000] [--only plain|sealed]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EstablishedPeer, type Seen } from './callers';
import { Forger, whyNot, type FloodFigures, type FloodPlan } from './forger';
import { faultsOf, report, type Phase } from './report';
import type { ServerAddress, ServerFigures } from './server';

const WARM_UP_MS = 3_000;
/** Without encryption, and with an identity of the server's. */
const KINDS = ['plain', 'sealed'] as const;
type Kind = (typeof KINDS)[number];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { packets: { type: 'string' }, rate: { type: 'string' }, only: { type: 'string' } },
  });
  const plan = { packets: whole('packets', values.packets ?? '100000'), rate: whole('rate', values.rate ?? '12000') };
  const missing = whyNot();
  if (missing !== undefined) throw new Error(`No flood can be made here. ${missing}`);
  for (const kind of kindsOf(values.only)) await floodServer(kind, plan);
}

async function floodServer(kind: Kind, plan: FloodPlan): Promise<void> {
  const server = fork(join(__dirname, 'server.js'), [kind]);
  const forger = new Forger();
  try {
    const [address] = (await once(server, 'message')) as [ServerAddress];
    console.log(`\n${kind}: catching ${plan.packets} opening packets …`);
    await forger.catchOpenings(plan.packets, address);
    const peer = await EstablishedPeer.connect(address);
    const { phases, flood } = await measure(plan, { server, address, peer, forger });
    await peer.close();
    report(phases, flood);
    const faults = faultsOf(phases, flood);
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    forger.remove();
    server.disconnect();
  }
}

interface Parts {
  readonly server: ChildProcess;
  readonly address: ServerAddress;
  readonly peer: EstablishedPeer;
  readonly forger: Forger;
}

/** The same calls with nothing else going on, while the flood goes elsewhere, and while it comes. */
async function measure(
  plan: FloodPlan,
  { server, address, peer, forger }: Parts,
): Promise<{ phases: Phase[]; flood: FloodFigures }> {
  const during = async (name: string, over: Promise<unknown>): Promise<Phase> => {
    const before = await ask(server);
    const seen: Seen = await peer.callDuring(address, over);
    return { name, seen, before, after: await ask(server) };
  };
  await during('warm-up', sleep(WARM_UP_MS));
  const quiet = await during('quiet', sleep((plan.packets / plan.rate) * 1000));
  const elsewhere = forger.flood(undefined, plan);
  const control = await during('flood elsewhere', elsewhere.sent);
  await elsewhere.over;
  const flood = forger.flood(address.port, plan);
  const flooded = await during('flood', flood.sent);
  return { phases: [quiet, control, flooded], flood: await flood.over };
}

async function ask(server: ChildProcess): Promise<ServerFigures> {
  server.send('figures');
  const [figures] = (await once(server, 'message')) as [ServerFigures];
  return figures;
}

function kindsOf(only: string | undefined): readonly Kind[] {
  const kinds = KINDS.filter((kind) => kind === (only ?? kind));
  if (kinds.length === 0) throw new Error(`--only must be plain or sealed, not ${only}.`);
  return kinds;
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
