import { formatAddress, sameAddress, type Address } from '../../../address.js';
import type { OutgoingCall, RandomBytes } from '../../engine.js';
import type { PortShare } from '../../cores/shared-port.js';
import { ID_BYTES } from '../../../wire/native/packet-types.js';
import { NO_NAME } from '../protection/sealing.js';
import type { Association } from './association.js';
import { keptId } from './kept-ids.js';

/** What an address object leads to; emptied when that has ended. */
interface Found<C extends OutgoingCall> {
  association: Association<C> | undefined;
}

/** Finds associations: by the id we drew, by the id the other side drew, by address. */
export class AssociationTable<C extends OutgoingCall> {
  /** 30 bits of our id; ids that share them are prevented by drawing again. */
  readonly #byLocalKey = new Map<number, Association<C>>();
  readonly #byRemoteId = new Map<string, Association<C>>();
  readonly #byAddress = new Map<string, Association<C>>();
  /** A channel's address is one object for all its calls: found without making a string of it. */
  readonly #byAddressObject = new WeakMap<Address, Found<C>>();
  /** By which each of those is found: a channel must not keep what has ended in memory. */
  readonly #found = new Map<Association<C>, Found<C>>();

  get size(): number {
    return this.#byLocalKey.size;
  }

  values(): Iterable<Association<C>> {
    return this.#byLocalKey.values();
  }

  /** One becomes the last of {@link values}. */
  putLast(association: Association<C>): void {
    const key = localKey(association.introduction.localId);
    if (this.#byLocalKey.delete(key)) this.#byLocalKey.set(key, association);
  }

  /** Draws an id that no association has, and not zero, which stands for none; one that leads here, where a port is shared. */
  drawId(random: RandomBytes, share?: PortShare): Uint8Array {
    for (;;) {
      const id = keptId(random(ID_BYTES));
      share?.markId(id);
      if (!this.#byLocalKey.has(localKey(id)) && id.some((byte) => byte !== 0)) return id;
    }
  }

  add(association: Association<C>): void {
    this.#byLocalKey.set(localKey(association.introduction.localId), association);
    this.learned(association);
  }

  /**
   * Calls to an address use this association from now on, since the peer is known to be there. One whose peer only says so
   * would let whoever forges an address take the calls to it, and hold them up by what may be sent to an unproven one.
   */
  proved(association: Association<C>): void {
    this.#byAddress.set(keyOf(association.address, association.peerName), association);
    // Found anew with the next call: what peers open is called rarely, and each entry costs the collector time.
    this.#byAddressObject.delete(association.address);
  }

  /** The other side has said by which id it wants to be addressed. */
  learned(association: Association<C>): void {
    const { remoteId } = association.introduction;
    if (remoteId !== undefined) this.#byRemoteId.set(idText(remoteId), association);
  }

  remove(association: Association<C>): void {
    const { localId, remoteId } = association.introduction;
    this.#byLocalKey.delete(localKey(localId));
    this.#leave(association, association.address);
    this.#leave(association, association.openedAddress);
    if (remoteId !== undefined && this.remote(remoteId) === association) this.#byRemoteId.delete(idText(remoteId));
    const found = this.#found.get(association);
    if (found === undefined) return;
    found.association = undefined;
    this.#found.delete(association);
  }

  /**
   * An association has a new address. Where we dialled still leads to it, for who answers there may do so from elsewhere;
   * where a peer called from does not, for somebody else may be there by now.
   */
  moved(association: Association<C>, from: Address): void {
    if (association.introduction.accepted || !sameAddress(from, association.openedAddress))
      this.#leave(association, from);
    if (association.transmission.path.validated) this.proved(association);
  }

  #leave(association: Association<C>, address: Address): void {
    const key = keyOf(address, association.peerName);
    if (this.#byAddress.get(key) === association) this.#byAddress.delete(key);
  }

  /** The one with our id, which stands somewhere in these bytes. */
  local(bytes: Uint8Array, at = 0): Association<C> | undefined {
    const association = this.#byLocalKey.get(localKey(bytes, at));
    return association !== undefined && sameId(association.introduction.localId, bytes, at) ? association : undefined;
  }

  /** The one that the other side opened with this id. */
  openedBy(id: string): Association<C> | undefined {
    const association = this.#byRemoteId.get(id);
    return association?.introduction.accepted === true ? association : undefined;
  }

  /** The one with the other side's id. */
  remote(id: Uint8Array): Association<C> | undefined {
    return this.#byRemoteId.get(idText(id));
  }

  /** The one that calls to somebody at an address use. */
  at(address: Address, peerName: string): Association<C> | undefined {
    const known = this.#byAddressObject.get(address)?.association;
    if (known?.peerName === peerName && leadsTo(known, address)) return known;
    const association = this.#byAddress.get(keyOf(address, peerName));
    if (association !== undefined) this.#byAddressObject.set(address, this.#foundOf(association));
    return association;
  }

  #foundOf(association: Association<C>): Found<C> {
    const found = this.#found.get(association) ?? { association };
    this.#found.set(association, found);
    return found;
  }

  /** One at an address over which no more than one packet was sent. */
  untriedAt(address: Address): Association<C> | undefined {
    const plain = this.at(address, NO_NAME);
    if (plain?.untried === true) return plain;
    for (const one of this.values()) if (one.untried && sameAddress(one.address, address)) return one;
    return undefined;
  }
}

function leadsTo<C extends OutgoingCall>(association: Association<C>, address: Address): boolean {
  if (association.ended) return false;
  if (sameAddress(association.address, address)) return true;
  return !association.introduction.accepted && sameAddress(association.openedAddress, address);
}

function keyOf(address: Address, peerName: string): string {
  return formatAddress(address) + peerName;
}

/** Whether an id is the one that stands at a position of these bytes. */
export function sameId(id: Uint8Array, bytes: Uint8Array, at = 0): boolean {
  for (let index = 0; index < ID_BYTES; index += 1) if (id[index] !== bytes[at + index]) return false;
  return true;
}

/** An id as a key. One by one: a spread makes an object for each byte, and a flood has nothing but new ids. */
export function idText(id: Uint8Array): string {
  return String.fromCharCode(id[0]!, id[1]!, id[2]!, id[3]!, id[4]!, id[5]!, id[6]!, id[7]!);
}

function localKey(bytes: Uint8Array, at = 0): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | ((bytes[at + 3]! & 0x3f) << 24);
}
