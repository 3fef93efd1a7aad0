/** The half of a stream that sends, in a process of its own: says where it is, and what processor time it has used. */
import { streamSubject } from './stream-subjects';

async function main(): Promise<void> {
  const served = await streamSubject(process.argv[2]!).serve();
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ processorMicros: user + system });
  });
  process.on('disconnect', () => process.exit());
  process.send?.(served);
}

void main();
