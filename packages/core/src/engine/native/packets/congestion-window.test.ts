import { CongestionWindow } from './congestion-window';

const datagramBytes = 1200;
const newWindow = (bytesMax = 1_000_000): CongestionWindow => new CongestionWindow(datagramBytes, bytesMax);

function fill(window: CongestionWindow): number {
  let packets = 0;
  for (; window.isOpen; packets += 1) window.sent(datagramBytes);
  return packets;
}

test.each([
  [1200, 12_000],
  [4000, 14_720],
  [9000, 18_000],
])('with datagrams of %i bytes it begins with %i', (bytes, windowBytes) => {
  expect(new CongestionWindow(bytes, 1_000_000).windowBytes).toBe(windowBytes);
});

test('it is open until as many bytes are on their way', () => {
  const window = newWindow();
  expect(fill(window)).toBe(10);
  expect([window.isOpen, window.inFlightBytes]).toEqual([false, 12_000]);
  window.acknowledged(datagramBytes, 0, false);
  expect([window.isOpen, window.inFlightBytes]).toEqual([true, 10_800]);
});

test('it doubles with each round trip in slow start', () => {
  const window = newWindow();
  const packets = fill(window);
  for (let packet = 0; packet < packets; packet += 1) window.acknowledged(datagramBytes, 0, true);
  expect(window.windowBytes).toBe(24_000);
});

test('it does not grow while it is not used up, nor beyond its largest', () => {
  const window = newWindow(13_000);
  window.sent(datagramBytes);
  window.acknowledged(datagramBytes, 0, false);
  expect(window.windowBytes).toBe(12_000);
  for (const sentAt of [1, 2, 3]) window.acknowledged(datagramBytes, sentAt, true);
  expect(window.windowBytes).toBe(13_000);
});

test('it halves once for all packets that were lost together, and again for a later one', () => {
  const window = newWindow();
  fill(window);
  window.lost(datagramBytes, 1, 10);
  window.lost(datagramBytes, 2, 11);
  window.lost(datagramBytes, 10, 12);
  expect([window.windowBytes, window.inFlightBytes]).toEqual([6000, 8400]);
  window.lost(datagramBytes, 11, 20);
  expect(window.windowBytes).toBe(3000);
});

test('after a loss it grows by one datagram a window, for packets that were sent since', () => {
  const window = newWindow();
  window.lost(0, 1, 10);
  window.acknowledged(datagramBytes, 9, true);
  expect(window.windowBytes).toBe(6000);
  for (let packet = 0; packet < 5; packet += 1) window.acknowledged(datagramBytes, 11, true);
  expect(window.windowBytes).toBeGreaterThan(6900);
  expect(window.windowBytes).toBeLessThan(7200);
});

test('it never halves below two datagrams', () => {
  const window = newWindow();
  for (let loss = 1; loss < 20; loss += 1) window.lost(0, 2 * loss, 2 * loss + 1);
  expect(window.windowBytes).toBe(2 * datagramBytes);
});

test('it collapses to the least, and a loss after that halves it no more', () => {
  const window = newWindow();
  window.collapse();
  expect(window.windowBytes).toBe(2 * datagramBytes);
  window.lost(0, 1, 2);
  expect(window.windowBytes).toBe(2 * datagramBytes);
});
