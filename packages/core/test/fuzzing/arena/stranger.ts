import { formatAddress, type Address } from '../../../src/address';
import { PLAIN, type Protection } from '../../../src/engine/native/protection/protection';
import { Sealing } from '../../../src/engine/native/protection/sealing';
import { OPENING_PACKET_BYTES_MIN, RETRY_TOKEN_MS } from '../../../src/native-limits';
import {
  PATH_CHALLENGE,
  RETRY_TOKEN_FEATURE,
  decodeFrames,
  writeHello,
  type HelloFeature,
} from '../../../src/wire/native/frames';
import {
  ID_BYTES,
  RESET,
  RETRY,
  decodeHeader,
  isOpening,
  type OpeningHeader,
  type PlainHeader,
} from '../../../src/wire/native/packet';
import { Reader } from '../../../src/wire/native/reader';
import { Writer } from '../../../src/wire/native/writer';
import { hexOf } from '../same-data';
import { promise } from '../target';
import type { Arena, Flight } from './arena';
import type { Party } from './party';
import type { Security } from './setting';

const PACKET_BYTES_MAX = 4096;

/** An association that a stranger has opened, or would like to have. */
export interface StrangeAssociation {
  readonly sourceId: Uint8Array;
  readonly protection: Protection;
  readonly address: Address;
  /** Known once something was heard. */
  theirId: Uint8Array | undefined;
  next: number;
  /** The largest number of a packet that was heard. */
  largest: number;
  challenge: Uint8Array | undefined;
}

/** What a packet is sent with that is not as it should be. */
export interface Oddities {
  readonly from?: Address;
  readonly number?: number;
  readonly ageMs?: number;
  readonly token?: Uint8Array | undefined;
}

/** What proof an opening packet brings; `unknown` of one that was changed at random, and may bring what it brought before. */
export type SentToken = Uint8Array | 'unknown' | undefined;

/** Somebody who may call Bob, knows the wire, and keeps to none of its rules. */
export class Stranger {
  readonly associations: StrangeAssociation[] = [];
  /** Tokens that came, with where and when. */
  readonly tokens: { readonly token: Uint8Array; readonly at: Address; readonly when: number }[] = [];
  /** What was sent. */
  readonly sent: { readonly datagram: Uint8Array; readonly from: Address; readonly token: SentToken }[] = [];
  readonly #arena: Arena;
  readonly #bob: Party;
  readonly #security: Security | undefined;
  readonly #sealing: Sealing | undefined;
  /** Where something was heard. */
  readonly #heardAt = new Set<string>();
  /** What Bob has challenged an address with: whoever repeats it has heard it there, wherever they send it from. RFC 9000 §8.2.2. */
  readonly #challenges: { readonly bytes: Buffer; readonly at: Address }[] = [];
  /** Whether Bob lets nobody in without proof. */
  readonly #provesFirst: boolean;

  constructor(arena: Arena, bob: Party, security: Security | undefined) {
    this.#arena = arena;
    this.#bob = bob;
    this.#security = security;
    this.#sealing = security && new Sealing(security.alice, (length) => arena.secrets.bytes(length));
    this.#provesFirst = bob.options.load?.unprovenMax === 0;
    arena.elsewhere = (flight) => this.#hear(flight);
  }

  open(address: Address): StrangeAssociation {
    const association: StrangeAssociation = {
      sourceId: this.#arena.random.bytes(ID_BYTES),
      protection: this.#sealing === undefined ? PLAIN : this.#sealing.opener(this.#security!.toBob),
      address,
      theirId: undefined,
      next: 0,
      largest: -1,
      challenge: undefined,
    };
    this.associations.push(association);
    return association;
  }

  /** Sends frames in a packet of the kind that is next, as far as that is known. */
  send(association: StrangeAssociation, frames: Uint8Array, oddities: Oddities = {}): void {
    const { from = association.address } = oddities;
    this.#proveAnswered(frames);
    // Keys seal in order only.
    const numberMin = association.protection.sealed ? association.next : 0;
    const number = Math.max(numberMin, oddities.number ?? association.next);
    association.next = Math.max(association.next, number + 1);
    const isOpening = association.theirId === undefined || !association.protection.established;
    const datagram = isOpening
      ? this.#opening(association, frames, number, oddities)
      : this.#plain(association, frames, number);
    const isNew = isOpening && association.theirId === undefined;
    this.bring(datagram, from, isNew ? oddities.token : undefined);
  }

  /** @param token Of an opening packet, if it has one. */
  bring(datagram: Uint8Array, from: Address, token?: SentToken): void {
    this.sent.push({ datagram: datagram.slice(), from, token });
    if (this.#heardAt.has(formatAddress(from))) this.#arena.allowances.prove(this.#bob.name, from);
    const before = this.#bob.engine.peers().length;
    this.#arena.forge(datagram, this.#bob.address, from);
    if (!this.#provesFirst || token === 'unknown' || this.#isGenuine(token, from)) return;
    promise(this.#bob.engine.peers().length <= before, () => `${formatAddress(from)} is let in without proof`);
  }

  #proveAnswered(frames: Uint8Array): void {
    for (const { bytes, at } of this.#challenges) {
      if (Buffer.from(frames).includes(bytes)) this.#arena.allowances.prove(this.#bob.name, at);
    }
  }

  #isGenuine(token: Uint8Array | undefined, from: Address): boolean {
    if (token === undefined) return false;
    const given = this.tokens.find((one) => Buffer.compare(one.token, token) === 0);
    if (given === undefined || formatAddress(given.at) !== formatAddress(from)) return false;
    return this.#arena.now - given.when <= RETRY_TOKEN_MS + 1;
  }

  #opening(association: StrangeAssociation, frames: Uint8Array, number: number, oddities: Oddities): Uint8Array {
    const { sourceId, theirId, protection } = association;
    const { ageMs = 0, token } = oddities;
    const writer = new Writer(PACKET_BYTES_MAX, 1);
    const written = protection.writeOpeningHeader(writer, { sourceId, destinationId: theirId }, number, token);
    const headerBytes = writer.length;
    const features: HelloFeature[] = token === undefined || written ? [] : [{ id: RETRY_TOKEN_FEATURE, value: token }];
    writeHello(writer, { ageMs, messageBytesMax: 1 << 20, callsMax: 100, features });
    writer.copy(frames.subarray(0, PACKET_BYTES_MAX / 2));
    const padding = OPENING_PACKET_BYTES_MIN - writer.length;
    if (number % 2 === 0 && padding > 0) writer.copy(new Uint8Array(padding));
    return this.#sealed(writer, protection, headerBytes, number, 'opening');
  }

  #plain({ theirId, protection }: StrangeAssociation, frames: Uint8Array, number: number): Uint8Array {
    const writer = new Writer(PACKET_BYTES_MAX, 1);
    protection.writePlainHeader(writer, theirId!, number % 2 ** 32, this.#arena.now);
    const headerBytes = writer.length;
    writer.copy(frames.subarray(0, PACKET_BYTES_MAX / 2));
    return this.#sealed(writer, protection, headerBytes, number, 'plain');
  }

  #sealed(writer: Writer, protection: Protection, headerBytes: number, number: number, kind: 'opening' | 'plain') {
    writer.skip(protection.overheadBytes);
    const packet = writer.take();
    protection.seal(packet, headerBytes, number, kind);
    return packet;
  }

  /** What is sent to an address where somebody listens. */
  #hear({ to, datagram }: Flight): void {
    if (!isListening(to)) return;
    this.#heardAt.add(formatAddress(to));
    const packet = datagram.slice();
    const header = decodeHeader(packet);
    if (typeof header === 'string' || header.type === RESET) return;
    if (header.type === RETRY) this.tokens.push({ token: packet.slice(1 + ID_BYTES), at: to, when: this.#arena.now });
    else this.#read(header, packet, to);
  }

  #read(header: OpeningHeader | PlainHeader, packet: Uint8Array, at: Address): void {
    const id = header.destinationId === undefined ? '' : hexOf(header.destinationId);
    const association = this.associations.find(({ sourceId }) => hexOf(sourceId) === id);
    const opened = association?.protection.open(header, packet, header.number, this.#arena.now);
    if (association === undefined || opened === undefined) return;
    if (isOpening(header)) association.theirId ??= header.sourceId.slice();
    association.largest = Math.max(association.largest, header.number);
    for (const frame of decodeFrames(new Reader(opened, header.headerBytes)) ?? []) {
      if (frame.type === PATH_CHALLENGE) {
        association.challenge = frame.bytes.slice();
        this.#challenges.push({ bytes: Buffer.from(frame.bytes), at });
      }
      this.#arena.saw(`stranger hears ${frame.type}`);
    }
  }
}

/** Hosts that begin so are the stranger's own. */
export function isListening({ host }: Address): boolean {
  return host.startsWith('10.55.');
}
