/** A worker that shares the port of a server under measurement. */
import { bindOnCore } from '@rpcudp/udp/cores';
import { Desk } from './desk';

async function main(): Promise<void> {
  (await bindOnCore()).serve(new Desk());
}

void main();
