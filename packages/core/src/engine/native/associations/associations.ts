import type { Address } from '../../../address.js';
import { RpcError } from '../../../errors.js';
import { PLAIN } from '../protection/protection.js';
import { NO_NAME, SHARED_NAME } from '../protection/sealing.js';
import { ASSOCIATION_IDLE_MS } from '../../../native-limits.js';
import type { Millis, OutgoingCall } from '../../engine.js';
import type { AssociationEnding } from '../../trace-events.js';
import type { OutgoingNativeCall } from '../messages/outgoing-call.js';
import { Association } from './association.js';
import type { AssociationParts } from './association-parts.js';
import type { AssociationContext } from './association-context.js';
import { AssociationTable, idText } from './association-table.js';
import { Idlest } from './idlest.js';
import type { RetryBudget } from './retry-budget.js';
import { Tombstones } from './tombstones.js';

/** What {@link Associations} work with. */
export interface AssociationsParts<C extends OutgoingCall> {
  readonly context: AssociationContext<C>;
  readonly budget: RetryBudget;
}

/** What an association begins with. */
type NewAssociation = Omit<AssociationParts, 'localId' | 'accepted'>;

/** A peer that opens an association. */
export interface Newcomer extends NewAssociation {
  readonly remoteId: Uint8Array;
  /** Whether it has shown that it receives at its address. */
  readonly addressProven: boolean;
}

/** The associations of one endpoint: opens, finds and ends them. docs/protocol.md §5. */
export class Associations<C extends OutgoingCall> {
  readonly table = new AssociationTable<C>();
  readonly tombstones = new Tombstones(ASSOCIATION_IDLE_MS);
  readonly #context: AssociationContext<C>;
  readonly #budget: RetryBudget;
  readonly #idlest = new Idlest<Association<C>>(this.table);

  constructor({ context, budget }: AssociationsParts<C>) {
    this.#context = context;
    this.#budget = budget;
  }

  get size(): number {
    return this.table.size;
  }

  get nextExpiry(): Millis {
    return this.tombstones.nextExpiry;
  }

  values(): Association<C>[] {
    return [...this.table.values()];
  }

  expire(now: Millis): void {
    this.tombstones.expire(now);
  }

  /** From now on calls that take more than a packet are refused, also those that have begun to arrive. */
  drain(now: Millis): void {
    this.#context.draining = true;
    for (const { messages } of this.table.values()) messages.refuseUnread(now);
  }

  /** The association that a call uses, opened if there is none. @throws RpcError `RESOURCE_EXHAUSTED`, `UNAVAILABLE` */
  openFor(call: C, now: Millis): Association<C> {
    const via = call.via as Association<C> | undefined;
    if (via?.isUsable(now) === true) return via;
    const address = via === undefined ? call.to : via.address;
    const { security } = call;
    if (needsItsOwn(call)) {
      throw new RpcError(
        'UNAVAILABLE',
        'The association with this peer has ended, and only the peer can open another.',
      );
    }
    const peerName = security?.name ?? NO_NAME;
    const known = this.table.at(address, peerName);
    if (known?.isUsable(now) === true) return known;
    if (this.#makeRoom(now)) {
      const protection = security === undefined ? PLAIN : this.#context.sealing!.opener(security);
      return this.#open({ address, remoteId: undefined, protection, peerName, now });
    }
    throw new RpcError(
      'RESOURCE_EXHAUSTED',
      `The endpoint that calls has associations with ${this.#context.associationsMax} peers already.`,
    );
  }

  /** Ends the association whose first packet could not even be sent; gives the calls that have ended with it. */
  sendRefused(to: Address, now: Millis): C[] {
    const association = this.table.untriedAt(to);
    if (association === undefined) return [];
    const calls = association.messages.calls.takeSent();
    for (const call of calls) call.on('reset');
    if (!association.awaitsPeer) this.end(association, 'refused', now);
    return calls.map(({ call }) => call);
  }

  /** Ends an association; its calls go on where that can do no harm. */
  end(association: Association<C>, cause: AssociationEnding, now: Millis): void {
    if (association.ended) return;
    association.trace?.ended(cause);
    association.end();
    this.#settle(association);
    this.#context.quotas.ended(association.standing);
    this.#context.timers.remove(association);
    this.table.remove(association);
    const openerId = openerIdOf(association);
    if (openerId !== undefined) this.tombstones.add(idText(openerId), now);
    const { calls } = association.messages;
    const everAnswered = calls.outcomes.answered + calls.outcomes.failed > 0;
    for (const call of calls.takeAll()) this.#carryOver(call, everAnswered, now);
  }

  /** An association leads elsewhere than before. */
  moved(association: Association<C>, before: Address): void {
    this.table.moved(association, before);
  }

  /** Makes the association that a peer opens; undefined if there is no room. */
  accept(newcomer: Newcomer): Association<C> | undefined {
    if (!this.#makeRoom(newcomer.now)) return undefined;
    const association = this.#open(newcomer);
    if (newcomer.addressProven) {
      association.transmission.path.addressed();
      this.proved(association, newcomer.now);
    } else {
      association.unproven = true;
      this.#context.load.letIn();
    }
    return association;
  }

  /** The peer of an association has proved that it is where it is now. */
  proved(association: Association<C>, now: Millis): void {
    this.#settle(association);
    this.table.proved(association);
    this.#context.quotas.proved(association.standing, association.address, now);
  }

  /** The opener of an association has proved its address, or has gone. */
  #settle(association: Association<C>): void {
    if (!association.unproven) return;
    association.unproven = false;
    this.#context.load.settled();
  }

  /** Gives whether there is room for one more, after the one that is needed least has made it if need be. */
  #makeRoom(now: Millis): boolean {
    const { associationsMax } = this.#context;
    if (this.tombstones.size >= associationsMax) return false;
    if (this.table.size < associationsMax) return true;
    const idlest = this.#idlest.find(now);
    if (idlest === undefined) return false;
    idlest.transmission.sayClose(now);
    this.end(idlest, 'displaced', now);
    return true;
  }

  /** Tells a peer that an association which it opens has no future here, and keeps nothing of it. */
  turnAway(newcomer: Newcomer, bytes: number): void {
    const { transmission } = this.#make(newcomer);
    transmission.arrived(bytes, true);
    transmission.sayClose(newcomer.now);
  }

  #open(parts: NewAssociation): Association<C> {
    const association = this.#make(parts);
    this.table.add(association);
    if (association.transmission.path.validated) this.table.proved(association);
    this.#context.quotas.opened();
    return association;
  }

  #make(parts: NewAssociation): Association<C> {
    const { random, share } = this.#context;
    const localId = this.table.drawId(random, share);
    return new Association<C>(this.#context, { ...parts, localId, accepted: parts.remoteId !== undefined });
  }

  /** @param everAnswered Whether the association that has ended had answered anything: it had come up then. */
  #carryOver(call: OutgoingNativeCall<C>, everAnswered: boolean, now: Millis): void {
    if (this.#mayGoOn(call, everAnswered) && call.deadline > now && this.#makeRoom(now)) {
      const { calls } = this.openFor(call.call, now).messages;
      if (calls.hasRoomFor(call)) {
        call.restart(calls);
        return calls.start(call);
      }
    }
    call.on('reset');
    const { outputs } = this.#context;
    if (!call.reliable) return outputs.push({ kind: 'silence', call: call.call });
    const ending = { code: 'UNAVAILABLE', executed: call.executed, origin: 'local', payload: undefined } as const;
    outputs.push({ kind: 'failure', call: call.call, ...ending });
  }

  /** A peer that has just come up, or has answered since, is no overloaded one: only repeated failures cost tokens. */
  #mayGoOn(call: OutgoingNativeCall<C>, everAnswered: boolean): boolean {
    if (needsItsOwn(call.call)) return false;
    if (!call.sent) return true;
    if (call.delivery !== 'idempotent' || call.stream?.used === true) return false;
    return everAnswered || call.restarts === 0 || this.#budget.take();
  }
}

/**
 * The id by which an opening packet that comes late is known: the peer's, where that opened the association. Our own, where it
 * was sealed by a shared secret, for a packet of ours that is sent back opens as well as one of the peer's.
 */
function openerIdOf<C extends OutgoingCall>({ introduction, peerName }: Association<C>): Uint8Array | undefined {
  if (introduction.accepted) return introduction.remoteId;
  return peerName === SHARED_NAME ? introduction.localId : undefined;
}

/**
 * Whether a call back can go over the association alone that it answers: the peer cannot be found by what it has proved, or has
 * never proved that it is where it seems to be. Whoever forges an address must not have us dial it.
 */
function needsItsOwn({ via, security }: OutgoingCall): boolean {
  const association = via as Association<OutgoingCall> | undefined;
  if (association === undefined) return false;
  const { protection, transmission } = association;
  return !transmission.path.validated || (security === undefined && protection.sealed);
}
