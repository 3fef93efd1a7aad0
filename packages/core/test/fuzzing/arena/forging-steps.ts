/** What somebody may do who is on the way, sees all datagrams, and has no key. */
import { SEAL_BYTES } from '../../../src/wire/native/packet';
import { Draw } from '../draw';
import { mutateBytes, spliced } from '../mutations';
import { sameData } from '../same-data';
import type { Step } from '../records';
import { REMEMBERED_MS, type Flight } from './arena';
import { elsewhere, fromEnd, type Happening, type Scene } from './network-steps';

/** Changes of one datagram; `other` is another one. */
const FORGERIES: readonly ((datagram: Uint8Array, other: Uint8Array, draw: Draw) => Uint8Array)[] = [
  (datagram, _other, draw) => flipped(datagram, draw.below(datagram.length), draw),
  (datagram, _other, draw) => flipped(datagram, draw.below(Math.min(30, datagram.length)), draw),
  (datagram, _other, draw) => flipped(datagram, Math.max(0, datagram.length - 1 - draw.below(SEAL_BYTES)), draw),
  (datagram, _other, draw) => datagram.subarray(0, datagram.length - 1 - draw.below(20)),
  (datagram, _other, draw) => datagram.subarray(0, draw.below(datagram.length)),
  (datagram, other, draw) => {
    const at = draw.pick([9, 13, 22, datagram.length - SEAL_BYTES]);
    return spliced(datagram.subarray(0, at), Math.min(at, datagram.length), 0, other.subarray(at));
  },
  // The number of a packet, the ids, and the first byte, which are not sealed.
  (datagram, other, draw) => {
    const [at, length] = draw.pick([
      [0, 1],
      [0, 9],
      [1, 8],
      [2, 8],
      [9, 4],
      [10, 8],
      [18, 4],
    ] as const);
    return spliced(
      datagram,
      Math.min(at, datagram.length),
      Math.min(length, Math.max(0, datagram.length - at)),
      other.slice(at, at + length),
    );
  },
  (datagram, other, draw) => mutateBytes(datagram, other, draw),
  // A reset with the right id, and a token that is not.
  (datagram, _other, draw) => Uint8Array.of(0xc3, ...datagram.slice(1, 9), ...draw.bytes(draw.pick([0, 16]))),
  (datagram, _other, draw) => Uint8Array.of(0xc3, ...datagram.slice(2, 10), ...draw.bytes(draw.pick([0, 16]))),
  (datagram, _other, draw) => Uint8Array.of(0xc4, ...datagram.slice(2, 10), ...draw.bytes(draw.pick([1, 20, 32]))),
  // A plain packet of an association that is sealed.
  (datagram, _other, draw) =>
    Uint8Array.of(0xc2, ...datagram.slice(1, 13), draw.pick([1, 9]), ...draw.bytes(draw.below(9))),
];

function flipped(datagram: Uint8Array, at: number, draw: Draw): Uint8Array {
  const changed = datagram.slice();
  changed[at]! ^= 1 << draw.below(8);
  return changed;
}

/** Brings a datagram that nobody has sent, made of one that somebody has, mostly before that arrives. */
function forge({ arena }: Scene, step: Step): void {
  const draw = new Draw(step.seed);
  const flight = fromEnd(step.byte(1), step.bit(3, 0) ? arena.recorded : arena.flights);
  const other = fromEnd(step.byte(2), arena.recorded);
  if (flight === undefined || other === undefined) return;
  const forged = draw.pick(FORGERIES)(flight.datagram, other.datagram, draw);
  const from = elsewhere(step.byte(3), flight.from);
  const to = step.bit(3, 1) ? flight.from : flight.to;
  bring(arena, { flight, forged, from, to });
}

interface Forgery {
  readonly flight: Flight;
  readonly forged: Uint8Array;
  readonly from: Flight['from'];
  readonly to: Flight['to'];
}

/** What happens to be genuine is brought as that. */
function bring(arena: Scene['arena'], { flight, forged, from, to }: Forgery): void {
  const genuine = [flight, ...arena.recorded].find(({ datagram }) => sameData(datagram, forged));
  if (genuine === undefined) arena.forge(forged, to, from);
  else arena.arrive(genuine, from);
}

/** For a while, brings something forged before whatever arrives. */
function haunt({ arena }: Scene, step: Step): void {
  const draw = new Draw(step.seed);
  let left = 1 + (step.byte(1) % 16);
  arena.overtake = (flight) => {
    if (left === 0) return;
    left -= 1;
    const forged = draw.pick(FORGERIES)(flight.datagram, draw.pick(arena.recorded).datagram, draw);
    bring(arena, { flight, forged, from: elsewhere(step.byte(2), flight.from), to: flight.to });
  };
}

/** Sends a datagram back to who sent it. */
function reflect({ arena }: Scene, step: Step): void {
  const flight = fromEnd(step.byte(1), arena.recorded);
  const sender = arena.parties.find(({ name }) => name === flight?.sender);
  // Whoever knows a shared secret may call: what is sent back later than that is early data that is replayed.
  if (flight === undefined || arena.now - flight.at > REMEMBERED_MS || flight.life !== sender?.restarts) return;
  arena.forge(flight.datagram, flight.from, elsewhere(step.byte(2), flight.to));
}

export const FORGING: readonly Happening[] = [forge, forge, haunt, haunt, reflect];
