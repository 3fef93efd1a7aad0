import { REASSEMBLY_STALE_MS } from '../../../limits';
import { PART, type PartFrame } from '../../../wire/native/frames';
import { Reassembly } from './reassembly';

const part = (offset: number, length: number, total = 30, number = 0): PartFrame => ({
  type: PART,
  number,
  side: 0,
  total,
  offset,
  bytes: new Uint8Array(length).fill(offset),
});

const newReassembly = (bytesMax = 100, budget = { bytes: 0, bytesMax: 1000 }): Reassembly =>
  new Reassembly(50, bytesMax, budget);

test('parts are kept until the last has come, and nothing after that', () => {
  const reassembly = newReassembly();
  expect(reassembly.add(1, part(20, 10), 0)).toBeUndefined();
  expect(reassembly.add(1, part(0, 10), 0)).toBeUndefined();
  expect([reassembly.bytes, reassembly.size]).toEqual([20, 1]);
  const joined = reassembly.add(1, part(10, 10), 0);
  expect(joined).toEqual(Uint8Array.from([...part(0, 10).bytes, ...part(10, 10).bytes, ...part(20, 10).bytes]));
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
});

test('a message that claims to be too large is refused, and nothing of it is kept', () => {
  const reassembly = newReassembly();
  expect(reassembly.add(1, part(0, 10, 51), 0)).toBe('too-large');
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
  expect(reassembly.add(1, part(0, 10, 50), 0)).toBeUndefined();
});

test('parts that claim different totals contradict each other', () => {
  const reassembly = newReassembly();
  reassembly.add(1, part(0, 10, 30), 0);
  expect(reassembly.add(1, part(10, 10, 40), 0)).toBe('contradiction');
});

test('parts of more bytes than the total contradict each other', () => {
  const reassembly = newReassembly();
  reassembly.add(1, part(0, 20), 0);
  expect(reassembly.add(1, part(10, 20), 0)).toBe('contradiction');
});

test('parts that overlap and leave a hole contradict each other', () => {
  const reassembly = newReassembly();
  reassembly.add(1, part(0, 10), 0);
  reassembly.add(1, part(5, 10), 0);
  expect(reassembly.add(1, part(20, 10), 0)).toBe('contradiction');
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
});

test('an association keeps only so much, and has room again when a message is forgotten', () => {
  const reassembly = newReassembly(25);
  reassembly.add(1, part(0, 20), 0);
  expect(reassembly.add(2, part(0, 6), 0)).toBe('no-room');
  reassembly.forget(1);
  reassembly.forget(1);
  expect(reassembly.add(2, part(0, 6), 0)).toBeUndefined();
  expect(reassembly.bytes).toBe(6);
});

test('all associations of an endpoint share one budget', () => {
  const budget = { bytes: 0, bytesMax: 30 };
  const [one, other] = [newReassembly(100, budget), newReassembly(100, budget)];
  one.add(1, part(0, 20), 0);
  expect(other.add(1, part(0, 20), 0)).toBe('no-room');
  one.add(2, part(0, 10), 0);
  one.forgetAll();
  expect([budget.bytes, one.bytes, one.size]).toEqual([0, 0, 0]);
  expect(other.add(1, part(0, 20), 0)).toBeUndefined();
});

describe('where there is no room', () => {
  const reliable = (offset: number): PartFrame => part(offset, 10, 30, 2);
  const sentOnce = (offset: number): PartFrame => part(offset, 10, 30, 1);

  test('a best-effort message of which nothing came for 10 s is forgotten, and no other', () => {
    const reassembly = newReassembly(30);
    reassembly.add(4, reliable(0), 0);
    reassembly.add(2, sentOnce(0), 0);
    reassembly.add(6, sentOnce(0), 1);
    expect(reassembly.add(8, sentOnce(0), REASSEMBLY_STALE_MS - 1)).toBe('no-room');
    expect(reassembly.add(8, sentOnce(0), REASSEMBLY_STALE_MS)).toBeUndefined();
    expect([reassembly.size, reassembly.bytes]).toEqual([3, 30]);
    expect(reassembly.add(4, reliable(10), REASSEMBLY_STALE_MS + 1)).toBeUndefined();
    expect(reassembly.add(4, reliable(20), REASSEMBLY_STALE_MS + 1)).toBe('no-room');
  });

  test('a best-effort message goes on with a part that is late', () => {
    const reassembly = newReassembly(30);
    reassembly.add(2, sentOnce(0), 0);
    reassembly.add(4, reliable(0), 0);
    reassembly.add(2, sentOnce(10), REASSEMBLY_STALE_MS);
    expect(reassembly.add(4, reliable(10), REASSEMBLY_STALE_MS)).toBe('no-room');
    expect([reassembly.size, reassembly.bytes]).toEqual([2, 30]);
  });
});
