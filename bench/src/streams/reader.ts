/** The half of a stream that reads it, in a process of its own: starts the half that sends, and counts what comes. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as elapsed } from 'node:timers/promises';
import { processorTime } from '../measure';
import type { Served } from '../subject';
import type { StreamMeasurement, StreamTask } from './measure-streams';
import { streamSubject } from './stream-subjects';

process.once('message', (task: StreamTask) => {
  void measure(task).then((measured) => {
    process.send?.(measured);
    process.disconnect();
  });
});

async function measure({ subject, itemBytes, plan }: StreamTask): Promise<StreamMeasurement> {
  const server = fork(join(__dirname, 'sender.js'), [subject]);
  const [served] = (await once(server, 'message')) as [Served];
  const reader = await streamSubject(subject).connect(served);
  let items = 0;
  let over = false;
  const reading = reader.read(itemBytes, (bytes) => {
    if (bytes !== itemBytes) throw new Error(`An item of ${itemBytes} bytes came as one of ${bytes}.`);
    items += 1;
    return !over;
  });
  await Promise.race([reading, elapsed(plan.compileMs + plan.warmupMs)]);
  const before = await now(server, items);
  await Promise.race([reading, elapsed(plan.measuredMs)]);
  const after = await now(server, items);
  over = true;
  await reading;
  await reader.close();
  server.disconnect();
  const counted = after.items - before.items;
  return {
    itemsPerSecond: (counted / (after.ms - before.ms)) * 1000,
    processorMicrosPerItem: (after.processorMicros - before.processorMicros) / counted,
  };
}

async function now(
  server: ChildProcess,
  items: number,
): Promise<{ items: number; ms: number; processorMicros: number }> {
  const ms = performance.now();
  const own = process.cpuUsage();
  return { items, ms, processorMicros: own.user + own.system + (await processorTime(server)) };
}
