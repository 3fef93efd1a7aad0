// A worker of the tests: serves what tells which worker it is. What it runs it writes to a file, which outlives it.
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { setImmediate, setTimeout } from 'node:timers';
import { threadId } from 'node:worker_threads';
import { createClient } from '@rpcudp/client';
import { defineService, rpcContext } from '@rpcudp/core';
import { bindOnCore } from '@rpcudp/udp/cores';

const Work = defineService('Work', {
  who: {},
  run: {},
  again: { delivery: 'idempotent' },
  die: {},
  callBack: {},
  second: {},
});
const Peer = defineService('Peer', { name: {} });

if (process.env.DIES === 'at once') throw new Error('This worker does not want to.');
if (process.env.DIES !== 'unbound') {
  const endpoint = await bindOnCore();
  if (process.env.DIES === 'when bound') setImmediate(() => process.exit(7));
  const again = (id, ms) => {
    appendFileSync(process.env.LOG, `${id}\n`);
    return new Promise((resolve) => setTimeout(() => resolve(threadId), ms));
  };
  endpoint.serve(Work, {
    who: () => threadId,
    run: again,
    again,
    die: () => process.exit(7),
    callBack: async () => (await createClient(Peer, rpcContext().peer).name()).value,
    second: () => bindOnCore().catch(({ message }) => message),
  });
}
