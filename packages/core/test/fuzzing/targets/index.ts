import type { Target } from '../target';
import { network, prepareConversations, sealed } from './conversations';
import { handshakes, prepareHandshakes } from './handshakes';
import { packets } from './packets';
import { rpcudp } from './rpcudp';
import { insiders, prepareStrangers, strangers } from './strangers';
import { values } from './values';

/** All that inputs are tried on. */
export const TARGETS: readonly Target[] = [packets, values, handshakes, rpcudp, network, sealed, strangers, insiders];

/** Loads what targets need. */
export async function prepare(): Promise<void> {
  await prepareConversations();
  await prepareHandshakes();
  await prepareStrangers();
}
