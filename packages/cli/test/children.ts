import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

// Also after a test that has failed: a process that goes on keeps Jest from ending.
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ends a process with the test that started it, if it has not ended by itself. */
export function endedWithTest<C extends ChildProcess>(child: C): C {
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}
