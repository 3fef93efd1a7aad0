import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { Adder } from './framework';

/** The cost of the last 50,000 of so many calls through one pair of endpoints, and the memory that they have left behind. */
export interface GrowthFigures {
  readonly calls: number;
  readonly processorMicrosPerCall: number;
  readonly heapMegabytes: number;
}

const STEPS = [100_000, 200_000, 500_000, 1_000_000];
const MEASURED_CALLS = 50_000;
const IN_FLIGHT = 64;

/** Makes a million calls in one process; what a call costs and what is kept must not grow with their number. */
export async function measureGrowth(): Promise<GrowthFigures[]> {
  const server = await UdpEndpoint.bind({ host: '127.0.0.1' });
  server.serve(new Adder());
  const caller = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const adder = createClient(Adder, caller.peer(server.address));
  const figures: GrowthFigures[] = [];
  let made = 0;
  for (const calls of STEPS) {
    await run(calls - MEASURED_CALLS - made);
    const before = process.cpuUsage();
    await run(MEASURED_CALLS);
    const { user, system } = process.cpuUsage(before);
    made = calls;
    globalThis.gc?.();
    const heapMegabytes = Number((process.memoryUsage().heapUsed / 1e6).toFixed(1));
    figures.push({
      calls,
      processorMicrosPerCall: Number(((user + system) / MEASURED_CALLS).toFixed(2)),
      heapMegabytes,
    });
  }
  await caller.close();
  await server.close();
  return figures;

  async function run(count: number): Promise<void> {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await adder.add(left % 100, 1).orThrow();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  }
}
