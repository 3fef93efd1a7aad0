/** What a stranger may do to Bob. */
import type { Address } from '../../../src/address';
import {
  ACK,
  CALL,
  CANCEL,
  CLOSE,
  FAILURE,
  LATER,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
} from '../../../src/wire/native/frames';
import { encodeReset } from '../../../src/wire/native/packet';
import { Draw } from '../draw';
import { anyFrames, varint } from '../frames';
import { mutateBytes } from '../mutations';
import type { Step } from '../records';
import { BEHAVIOURS, MARK } from './calls';
import { TIMES_MS, TIMES_TOTAL_MS_MAX, fromEnd } from './network-steps';
import type { Arena } from './arena';
import type { Party } from './party';
import { FORGED } from './setting';
import type { StrangeAssociation, Stranger } from './stranger';

/** Bob, who is open to all; Alice, who calls him; and somebody else. */
export interface StrangerScene {
  readonly arena: Arena;
  readonly alice: Party;
  readonly bob: Party;
  readonly stranger: Stranger;
  /** What the next packet carries. */
  frames: number[];
}

export type StrangerStep = (scene: StrangerScene, step: Step) => void;

const LISTENING: readonly Address[] = [1, 2, 3].map((port) => ({ host: `10.55.0.${port}`, port }));
const PLACES = [...LISTENING, ...LISTENING, ...FORGED];
const LENGTHS = [0, 1, 2, 15, 40, 63, 64, 300, 1000, 1190];
const TOTALS = [1, 2, 3, 10, 64, 500, 1200, 3000, 16_384, 17_000, 17_500, 2 ** 20, 2 ** 30 - 1];
const AGES_MS = [0, 0, 0, 1, 10, 1000, 2 ** 30 - 1];

/** A number near those that calls have. */
function callNumber(step: Step, at: number): number {
  const byte = step.byte(at);
  return byte < 200 ? byte % 40 : byte < 250 ? 2 * (byte - 200) * 50 : 2 ** 30 - 1 - (byte & 3);
}

function callFrame(number: number, step: Step): number[] {
  const behaviour = step.byte(2) % BEHAVIOURS.length;
  const delivery = number % 2 === 1 ? 2 : (step.byte(2) >> 2) & 1;
  const flags = delivery | ((step.byte(2) >> 4) & 0x0c);
  const deadlineMs = [1, 50, 3000, 5000, 30_000][step.byte(3) % 5]!;
  const args = new Uint8Array(MARK.length + 5 + step.one(4, LENGTHS)).fill(0x77);
  args[MARK.length + 4] = behaviour;
  const metadata = (flags & 8) === 0 ? [] : [1, 0x80];
  return [
    CALL,
    ...varint(number),
    flags,
    1,
    2,
    3,
    4,
    ...varint(deadlineMs),
    ...metadata,
    ...varint(args.length),
    ...args,
  ];
}

/** A part; `shift` tells apart those of a burst. */
function partFrame(number: number, shift: number, step: Step): number[] {
  const total = step.one(3, TOTALS);
  const length = Math.max(1, Math.min(step.one(4, LENGTHS), total));
  const stride = step.bit(5, 0) ? length : step.bit(5, 1) ? 2 * length : 1;
  const offset = Math.min(total - length, step.byte(5) + shift * stride);
  const side = step.bit(2, 0) ? 1 : 0;
  return [
    PART,
    ...varint(number),
    side,
    ...varint(total),
    ...varint(Math.max(0, offset)),
    ...varint(length),
    ...new Uint8Array(length).fill(CALL),
  ];
}

/** An acknowledgement of what was sent, or was not. */
function ackFrame(association: StrangeAssociation | undefined, step: Step): number[] {
  const largest = Math.max(0, (association?.largest ?? 0) + (step.byte(1) < 200 ? 0 : step.byte(1) - 220));
  const first = step.byte(2) < 128 ? 0 : step.byte(2) - 128;
  const more = step.byte(3) % 4;
  const ranges = Array.from({ length: more }, (_, index) => [
    step.byte(4 + index) % 4,
    step.byte(4 + index) >> 6,
  ]).flat();
  return [
    ACK,
    0,
    0,
    (largest >> 8) & 0xff,
    largest & 0xff,
    ...varint(step.byte(7) * 999),
    1 + more,
    ...varint(first),
    ...ranges,
  ];
}

const FRAMES: readonly ((scene: StrangerScene, step: Step) => number[])[] = [
  (_scene, step) => callFrame(callNumber(step, 1), step),
  (_scene, step) => callFrame(callNumber(step, 1), step),
  (_scene, step) => partFrame(callNumber(step, 1), 0, step),
  (_scene, step) => partFrame(callNumber(step, 1), 1, step),
  (scene, step) => ackFrame(current(scene), step),
  (_scene, step) => [CANCEL, ...varint(callNumber(step, 1))],
  (_scene, step) => [RESULT, ...varint(callNumber(step, 1)), 2, 1, 2],
  (_scene, step) => [FAILURE, ...varint(callNumber(step, 1)), step.byte(2) % 22, step.byte(3) % 4, 0],
  (_scene, step) => [step.one(1, [PING, PING, LATER, CLOSE])],
  (_scene, step) => [PATH_CHALLENGE, ...new Uint8Array(8).fill(step.byte(1))],
  (scene, step) => [PATH_RESPONSE, ...(current(scene)?.challenge ?? new Uint8Array(8).fill(step.byte(1)))],
  (_scene, step) => [...anyFrames(new Draw(step.seed))],
];

function current({ stranger }: StrangerScene): StrangeAssociation | undefined {
  return stranger.associations.at(-1);
}

function takeFrames(scene: StrangerScene, step: Step): Uint8Array {
  const frames = scene.frames.length > 0 ? scene.frames : callFrame(2 * (step.byte(7) % 8), step);
  scene.frames = [];
  return Uint8Array.from(frames);
}

function frame(scene: StrangerScene, step: Step): void {
  const made = FRAMES[step.byte(6) % FRAMES.length]!(scene, step);
  if (scene.frames.length + made.length < 2500) scene.frames.push(...made);
}

function open(scene: StrangerScene, step: Step): void {
  const association = scene.stranger.open(step.one(1, PLACES));
  const token = step.bit(5, 7) ? tokenOf(scene, step) : undefined;
  scene.stranger.send(association, takeFrames(scene, step), { ageMs: step.one(6, AGES_MS), token });
}

/** One that was given, here or elsewhere, or is no longer what was given. */
function tokenOf({ stranger }: StrangerScene, step: Step): Uint8Array | undefined {
  const token = fromEnd(step.byte(6), stranger.tokens)?.token;
  if (token === undefined || !step.bit(5, 6)) return token;
  return token.map((byte, at) => (at === step.byte(7) % token.length ? byte ^ (1 << (step.byte(5) & 7)) : byte));
}

/** The token that came last, where it came. */
function prove(scene: StrangerScene, step: Step): void {
  const last = scene.stranger.tokens.at(-1);
  if (last === undefined) return;
  scene.stranger.send(scene.stranger.open(last.at), takeFrames(scene, step), { token: last.token });
}

function send(scene: StrangerScene, step: Step): void {
  const association = fromEnd(step.byte(1), scene.stranger.associations);
  if (association === undefined) return open(scene, step);
  const from = step.byte(2) < 170 ? association.address : step.one(2, PLACES);
  const number = step.byte(3) < 200 ? association.next : Math.max(0, association.next + step.byte(3) - 228);
  scene.stranger.send(association, takeFrames(scene, step), { from, number });
}

/** Much of one thing: calls, parts, openings or packets of no association. */
function flood(scene: StrangerScene, step: Step): void {
  const { stranger, arena } = scene;
  const association = current(scene);
  const count = 1 + (step.byte(1) % 40);
  for (let left = 0; left < count; left += 1) {
    switch (step.byte(6) % 5) {
      case 0:
        stranger.send(stranger.open(PLACES[(left + step.byte(7)) % PLACES.length]!), Uint8Array.of(PING));
        break;
      case 1:
        stranger.bring(Uint8Array.of(0xc6, ...arena.random.bytes(40)), FORGED[left % FORGED.length]!);
        break;
      case 2:
        if (association) stranger.send(association, Uint8Array.from(partFrame(2 * step.byte(7), left, step)));
        break;
      case 3:
        if (association) stranger.send(association, Uint8Array.from(partFrame(4 * left, 0, step)));
        break;
      default:
        if (association) stranger.send(association, Uint8Array.from(callFrame((step.bit(7, 0) ? 2 : 4) * left, step)));
    }
  }
}

/** The same again, or nearly, from where it came or from elsewhere. */
function again({ stranger }: StrangerScene, step: Step): void {
  const before = fromEnd(step.byte(1), stranger.sent);
  if (before === undefined) return;
  const isCopy = step.bit(3, 0);
  const datagram = isCopy ? before.datagram : mutateBytes(before.datagram, before.datagram, new Draw(step.seed));
  const from = step.byte(2) < 128 ? before.from : step.one(2, PLACES);
  stranger.bring(datagram.subarray(0, 2000), from, isCopy ? before.token : 'unknown');
}

function reset({ stranger, arena }: StrangerScene, step: Step): void {
  const association = fromEnd(step.byte(1), stranger.associations);
  if (association === undefined) return;
  const id = step.bit(2, 0) ? association.sourceId : (association.theirId ?? association.sourceId);
  stranger.bring(encodeReset(id, step.bit(2, 1) ? arena.random.bytes(16) : []), step.one(3, PLACES));
}

function wait({ arena }: StrangerScene, step: Step): void {
  const ms = step.one(1, TIMES_MS);
  if (ms > 16_000) arena.ledger.mayRepeat = true;
  if (arena.now + ms < TIMES_TOTAL_MS_MAX) arena.advance(ms);
}

function finish({ bob }: StrangerScene, step: Step): void {
  const request = step.pick(1, bob.held);
  if (request !== undefined) bob.finish(request, step.bit(2, 1));
}

/** Bob calls back whoever has called last. */
function callBack({ arena, bob }: StrangerScene, step: Step): void {
  const via = bob.held.at(-1)?.via;
  if (via === undefined) return;
  const wish = {
    behaviour: 'answers',
    delivery: 'at-most-once',
    oneWay: step.bit(2, 0),
    argsBytes: step.one(3, LENGTHS),
  } as const;
  bob.call(
    { ...wish, to: via.address, deadline: arena.now + step.one(4, [1000, 5000, 30_000]) },
    { via, security: undefined },
  );
}

function honestCall({ arena, alice, bob }: StrangerScene, step: Step): void {
  const wish = {
    behaviour: 'answers',
    delivery: 'at-most-once',
    oneWay: false,
    argsBytes: step.one(3, LENGTHS),
  } as const;
  alice.call({ ...wish, to: bob.address, deadline: arena.now + 30_000 });
}

export const STRANGER: readonly StrangerStep[] = [
  open,
  open,
  frame,
  frame,
  frame,
  frame,
  send,
  send,
  send,
  flood,
  again,
  reset,
  wait,
  wait,
  finish,
  callBack,
  honestCall,
  prove,
];
