/**
 * The numbers of calls, and of the messages that belong to them: docs/protocol.md §7. Calls that are sent again have even
 * numbers, those that are sent once odd ones, so that what is lost for good leaves no hole among the others.
 */
import type { Delivery } from '../../delivery.js';

/** From one number to the next of its kind. */
export const CALL_NUMBER_STEP = 2;

/** The first number of calls with a delivery. */
export function firstCallNumber(delivery: Delivery): number {
  return delivery === 'best-effort' ? 1 : 0;
}

/** Whether a call is sent again when it is lost. */
export function isReliableCall(number: number): boolean {
  return number % CALL_NUMBER_STEP === 0;
}

/** Whether a call of this delivery may have this number. */
export function agrees(number: number, delivery: Delivery): boolean {
  return isReliableCall(number) === (delivery !== 'best-effort');
}

/** How many calls that are sent again come before one of them. */
export function reliableRank(number: number): number {
  return number / CALL_NUMBER_STEP;
}

/** How many calls that are sent once come before one of them. */
export function onceRank(number: number): number {
  return (number - 1) / CALL_NUMBER_STEP;
}

/** Which message of a call: 0 the call itself, 1 its reply. */
export type MessageSide = 0 | 1;

/** A number for each message of an association. */
export function messageKey(number: number, side: MessageSide): number {
  return 2 * number + side;
}

/** The number of the call that a message belongs to. */
export function callNumberOf(key: number): number {
  return Math.floor(key / 2);
}

/** Whether that is the number of a reply. */
export function isReplyKey(key: number): boolean {
  return key % 2 === 1;
}
