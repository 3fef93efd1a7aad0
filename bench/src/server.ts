/** The server half of a subject, in a process of its own: says where it is, and on request the processor time or the memory it uses. */
import { subjectsOf, type Kind } from './subjects-of';

async function main(): Promise<void> {
  const subject = subjectsOf(process.argv[3] as Kind | undefined).find(({ name }) => name === process.argv[2]);
  if (subject === undefined) throw new Error(`There is no subject called ${process.argv[2]}.`);
  const served = await subject.serve();
  process.on('message', (asked) => {
    if (asked === 'heap') {
      globalThis.gc?.();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      process.send?.({ heapBytes: heapUsed + arrayBuffers });
    } else {
      const { user, system } = process.cpuUsage();
      process.send?.({ processorMicros: user + system });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send?.(served);
}

void main();
