import { contact, id } from '../../test/contacts';
import { NEWCOMERS_MAX, NEWCOMER_RECORDS_MAX, NEWCOMER_STORES_MAX } from '../limits';
import type { HeldRecord } from '../records/record-store';
import { RoutingTable } from '../table/routing-table';
import type { Contact } from '../table/contact';
import { Newcomers, type HandOver } from './newcomers';
import type { Overlay } from './overlay';

/** What is looked at of an overlay: a node with the id 00…, and those whom it knows. */
function overlayOf(...contacts: readonly Contact[]): Overlay {
  const table = new RoutingTable({ own: id('00'), k: 2 });
  for (const each of contacts) table.answered(each, 0);
  return { wire: 'native', table } as Overlay;
}

const held = (hex: string): HeldRecord => ({ key: id(hex) }) as HeldRecord;
const given = (due: readonly HandOver[]): string[] =>
  due.map(({ held: { key } }) => Buffer.from(key).toString('hex', 0, 1));

test('a newcomer gets those records of which it is one of the k nearest, by the nearest other holder alone', () => {
  const newcomer = contact('04', 1);
  const overlay = overlayOf(newcomer, contact('01', 2), contact('80', 3));
  const newcomers = new Newcomers(2);
  newcomers.add(newcomer, overlay);
  // Of 01 another is nearer, of 02 this node is, of 81 two others are nearer than the newcomer.
  expect(given(newcomers.take([held('01'), held('02'), held('81')], () => true))).toEqual(['02']);
  expect(newcomers.take([held('02')], () => true)).toEqual([]);
});

test('NEWCOMERS_MAX, NEWCOMER_RECORDS_MAX and NEWCOMER_STORES_MAX bound what a flood of newcomers costs', () => {
  const others = Array.from({ length: 2 * NEWCOMERS_MAX }, (_, index) => contact('04', index + 1));
  const one = contact('04', 1);
  const newcomers = new Newcomers(2);
  for (const other of others) newcomers.add(other, overlayOf(one));
  expect(newcomers.take([held('02')], () => true)).toHaveLength(NEWCOMERS_MAX);
  newcomers.add(one, overlayOf(one));
  const many = Array.from({ length: NEWCOMER_STORES_MAX + 1 }, () => held('02'));
  expect(newcomers.take(many, () => true)).toHaveLength(NEWCOMER_STORES_MAX);
  newcomers.add(one, overlayOf(one));
  let looked = 0;
  const none = (): boolean => {
    looked += 1;
    return false;
  };
  newcomers.take(
    Array.from({ length: 2 * NEWCOMER_RECORDS_MAX }, () => held('02')),
    none,
  );
  expect(looked).toBe(NEWCOMER_RECORDS_MAX);
});
