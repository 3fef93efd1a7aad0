/** The server half of a subject, in a process of its own: says its port, and on request the processor time it has used. */
import { subjects } from './subjects';

async function main(): Promise<void> {
  const subject = subjects.find(({ name }) => name === process.argv[2]);
  if (subject === undefined) throw new Error(`There is no subject called ${process.argv[2]}.`);
  const port = await subject.serve();
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}

void main();
