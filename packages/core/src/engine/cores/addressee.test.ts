import { addresseeOf } from './addressee.js';

const OURS = [1, 2, 3, 4, 5, 6, 7, 8];
const THEIRS = [11, 12, 13, 14, 15, 16, 17, 18];
const NO_ID = [0, 0, 0, 0, 0, 0, 0, 0];
const MESSAGE_ID = Array.from({ length: 20 }, (_, index) => index + 50);
const REST = [0, 0, 0, 9, 1];

/** What the id that a datagram goes by is. */
function idOf(datagram: readonly number[], idBytes = 8): { who: string; id: number[] } {
  const { who, idEnd } = addresseeOf(Uint8Array.from(datagram));
  return { who, id: datagram.slice(idEnd - idBytes, idEnd) };
}

test.each([0xc2, 0xc6, 0xc7])('a plain packet (%i) is for whoever drew its destination id', (type) => {
  expect(idOf([type, ...OURS, ...REST])).toEqual({ who: 'owner', id: OURS });
});

test('a retry is for whoever drew the id that it answers', () => {
  expect(idOf([0xc4, ...OURS, 1])).toEqual({ who: 'owner', id: OURS });
});

test.each([0xc1, 0xc5])('an opening packet (%i) is for whoever drew its destination id, if it has one', (type) => {
  expect(idOf([type, 1, ...THEIRS, ...OURS, ...REST])).toEqual({ who: 'owner', id: OURS });
  expect(idOf([type, 1, ...THEIRS, ...NO_ID, ...REST])).toEqual({ who: 'stranger', id: THEIRS });
});

test('a reset is for all, since its id may be that of the other side', () => {
  expect(addresseeOf(Uint8Array.from([0xc3, ...THEIRS])).who).toBe('all');
});

test('a request of the rpcudp wire is a stranger, and a response is for whoever drew its id', () => {
  expect(idOf([0, ...MESSAGE_ID, 0x92], 20)).toEqual({ who: 'stranger', id: MESSAGE_ID });
  expect(idOf([1, ...MESSAGE_ID, 0x01], 20)).toEqual({ who: 'owner', id: MESSAGE_ID });
});

test.each([
  ['nothing', []],
  ['a type of no wire', [0xc8, ...OURS, ...REST]],
  ['a plain packet that ends within its id', [0xc2, ...OURS.slice(1)]],
  ['an opening packet that ends within its ids', [0xc1, 1, ...THEIRS, 0, 0, 0]],
  ['a request that ends within its id', [0, ...MESSAGE_ID.slice(1)]],
])('%s is for nobody', (_, datagram) => {
  expect(addresseeOf(Uint8Array.from(datagram)).who).toBe('nobody');
});
