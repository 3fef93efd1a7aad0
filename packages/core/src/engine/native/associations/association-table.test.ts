import type { Address } from '../../../address';
import type { OutgoingCall } from '../../engine';
import type { Association } from './association';
import { AssociationTable, idText } from './association-table';

const alice: Address = { host: '10.0.0.1', port: 1 };
const bob: Address = { host: '10.0.0.2', port: 2 };
const id = (first: number): Uint8Array => Uint8Array.of(first, 2, 3, 4, 5, 6, 7, 8);

interface Stub {
  address: Address;
  openedAddress: Address;
  introduction: { localId: Uint8Array; remoteId: Uint8Array | undefined; accepted: boolean };
  ended: boolean;
  peerName: string;
  transmission: { path: { validated: boolean } };
}
type Found = Association<OutgoingCall> & Stub;
type Changes = Partial<Stub['introduction']> & { readonly address?: Address };

const association = ({ address = alice, ...introduction }: Changes = {}): Found =>
  ({
    address,
    openedAddress: address,
    introduction: { localId: id(1), remoteId: undefined, accepted: false, ...introduction },
    ended: false,
    peerName: '',
    transmission: { path: { validated: true } },
  }) as Found;

function move(table: AssociationTable<OutgoingCall>, one: Found, to: Address): void {
  const before = one.address;
  (one as { address: Address }).address = to;
  table.moved(one, before);
}

/** Of associations whose peers have proved where they are. */
function tableOf(...associations: Found[]): AssociationTable<OutgoingCall> {
  const table = new AssociationTable<OutgoingCall>();
  for (const one of associations) {
    table.add(one);
    table.proved(one);
  }
  return table;
}

test('an association is found by our id, by the other id and by address, until it is removed', () => {
  const one = association({ remoteId: id(9), accepted: true });
  const table = tableOf(one);
  const found = (): unknown[] => [
    table.local(id(1)),
    table.openedBy(idText(id(9))),
    table.at({ ...alice }, ''),
    ...table.values(),
  ];
  expect([table.size, ...found()]).toEqual([1, one, one, one, one]);
  table.remove(one);
  expect([table.size, ...found()]).toEqual([0, undefined, undefined, undefined]);
});

test('an id that differs where the key does not is no match', () => {
  const table = tableOf(association());
  expect(table.local(id(1).fill(0, 7))).toBeUndefined();
});

test('an association that we opened is not one that the other side opened', () => {
  const one = association();
  const table = tableOf(one);
  one.introduction.remoteId = id(9);
  table.learned(one);
  expect([table.remote(id(9)), table.openedBy(idText(id(9)))]).toEqual([one, undefined]);
});

test('of two at one address calls use the newer, and the older is still found by its ids', () => {
  const older = association({ remoteId: id(8) });
  const newer = association({ localId: id(2), remoteId: id(9), accepted: true });
  const table = tableOf(older, newer);
  expect([table.at(alice, ''), table.remote(id(8)), table.local(id(1))]).toEqual([newer, older, older]);
  table.remove(older);
  expect(table.at(alice, '')).toBe(newer);
});

test('an association whose peer has proved nothing takes no calls to its address, and takes none away', () => {
  const one = association({ remoteId: id(9), accepted: true });
  const table = new AssociationTable<OutgoingCall>();
  table.add(one);
  expect([table.openedBy(idText(id(9))), table.at(alice, '')]).toEqual([one, undefined]);
  const other = association({ localId: id(2) });
  table.add(other);
  table.proved(other);
  table.add(association({ localId: id(3), remoteId: id(7), accepted: true }));
  expect(table.at({ ...alice }, '')).toBe(other);
});

describe('an association that has moved', () => {
  const carol: Address = { host: '10.0.0.3', port: 3 };

  test('is found where it is, and no more where it was, if its peer opened it', () => {
    const one = association({ remoteId: id(9), accepted: true });
    const table = tableOf(one);
    expect(table.at(alice, '')).toBe(one);
    move(table, one, bob);
    expect([table.at(alice, ''), table.at({ ...alice }, ''), table.at(bob, '')]).toEqual([undefined, undefined, one]);
  });

  test('is still found where we dialled, for who is there may answer from elsewhere', () => {
    const one = association();
    const table = tableOf(one);
    move(table, one, bob);
    expect([table.at(alice, ''), table.at({ ...alice }, ''), table.at(bob, '')]).toEqual([one, one, one]);
    move(table, one, carol);
    expect([table.at(alice, ''), table.at(bob, ''), table.at(carol, '')]).toEqual([one, undefined, one]);
  });

  test('is not found where it has proved nothing', () => {
    const one = association();
    const table = tableOf(one);
    one.transmission.path.validated = false;
    move(table, one, bob);
    expect([table.at(alice, ''), table.at(bob, '')]).toEqual([one, undefined]);
  });

  test('is found nowhere once it is removed', () => {
    const one = association();
    const table = tableOf(one);
    move(table, one, bob);
    table.remove(one);
    one.ended = true;
    expect([table.at(alice, ''), table.at({ ...alice }, ''), table.at(bob, '')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('takes away nothing of another that came to its address meanwhile', () => {
    const [one, other] = [association(), association({ localId: id(2), remoteId: id(9), accepted: true })];
    const table = tableOf(one, other);
    move(table, one, bob);
    expect(table.at(alice, '')).toBe(other);
    table.remove(one);
    expect(table.at(alice, '')).toBe(other);
  });
});

test('an association that has ended is not found by the address object that it was found by', () => {
  const one = association();
  const table = tableOf(one);
  expect(table.at(alice, '')).toBe(one);
  one.ended = true;
  table.remove(one);
  expect(table.at(alice, '')).toBeUndefined();
});

test('an id that would be mistaken for another is drawn again', () => {
  const table = tableOf(association());
  const draws = [id(1), id(1), id(3)];
  expect(table.drawId(() => draws.shift()!)).toEqual(id(3));
});
