import { createClient } from '@rpcudp/client';
import type { WireName } from '@rpcudp/core';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { Greeter } from './greeter';

const CALLS = 1000;

/** Greets a thousand people, all at once, over a network that loses three datagrams in ten. */
async function greetAll(wire: WireName): Promise<string> {
  const network = new SimulatedNetwork({ seed: 7, latencyMs: 25, jitterMs: 10, loss: 0.3, duplication: 0.1 });
  const server = network.bind({ wires: [wire] });
  const greeter = new Greeter();
  server.serve(greeter);
  const caller = network.bind({ wires: [wire] });
  const client = createClient(Greeter, caller.peer(server.address));

  const calls = Array.from({ length: CALLS }, (_, number) => client.sayHi(`Snake ${number}`));
  const replies = await network.until(Promise.all(calls));

  const answered = replies.filter((reply) => reply.received).length;
  const twice = [...greeter.greeted.values()].filter((times) => times > 1).length;
  const datagrams = caller.stats().datagrams.sent + server.stats().datagrams.sent;
  return `${wire}: ${answered} of ${CALLS} answered, ${twice} ran twice, ${datagrams} datagrams sent`;
}

async function main(): Promise<void> {
  console.log(await greetAll('native'));
  console.log(await greetAll('rpcudp'));
}

void main();
