import { Flight } from './flight';
import type { FlyingPacket } from './flying-packet';
import { RateSample } from './rate-sample';

const packet = (sentAt: number, bytes: number): FlyingPacket => ({
  number: 0,
  sentAt,
  bytes,
  deliveredBytes: 0,
  deliveredAt: 0,
  firstSentAt: 0,
  lostBytes: 0,
  inFlightBytes: 0,
  applicationLimited: false,
});

/** A flight to which one packet has arrived, of which it is about to take the ACK frame. */
function arrived(sample: RateSample | undefined, bytes: number): Flight {
  const flight = new Flight(sample);
  const one = packet(10, bytes);
  flight.sent(one);
  flight.arrived(one, 20);
  return flight;
}

test('peers may share a sample, one after the other, and each is told the same as by one of its own', () => {
  const shared = new RateSample();
  for (const bytes of [700, 100]) {
    const [one, own] = [arrived(shared, bytes), arrived(undefined, bytes)];
    for (const flight of [one, own]) flight.ackTaken(5);
    expect([one.sample.rate, one.sample.ackedBytes, one.rounds]).toEqual([bytes / 10, bytes, own.rounds]);
    expect(own.sample.rate).toBe(one.sample.rate);
    one.sample.clear();
  }
});

test('who keeps a sample from the middle of an ACK frame on loses nothing of it, and leaves nothing to others', () => {
  const shared = new RateSample();
  const flight = arrived(shared, 700);
  flight.keepSample();
  flight.lost(packet(11, 300));
  flight.keepSample();
  flight.ackTaken(5);
  expect([flight.sample.ackedBytes, flight.sample.lostBytes, flight.sample.rate]).toEqual([700, 300, 70]);
  expect([shared.ackedBytes, shared.lostBytes, shared.newestSentAt]).toEqual([0, 0, -Infinity]);
});
