import { SeededRandom } from '../../src/testing';
import { expectNothingLeft, outcomeOf, simulatedPair, type Pair } from './fixtures';

const SEEDS = 300;
const CALLS = 20;

/** Runs calls over a network whose ills the seed decides; gives every outcome and all that was sent. */
async function run(seed: number): Promise<{ pair: Pair; outcomes: unknown[]; sent: string[] }> {
  const random = new SeededRandom(seed);
  const pair = simulatedPair({
    seed,
    latencyMs: random.next() * 50,
    jitterMs: random.next() * 100,
    loss: random.next() * 0.3,
    duplication: random.next() * 0.3,
  });
  const sent: string[] = [];
  pair.network.tap = (datagram) => sent.push(Buffer.from(datagram).toString('hex'));
  const calls = Array.from({ length: CALLS }, (_, n) =>
    outcomeOf(n % 2 === 0 ? pair.client.add(n, n) : pair.client.addLater(n, n)),
  );
  const outcomes = await pair.network.until(Promise.all(calls));
  await pair.network.advance(1000);
  return { pair, outcomes, sent };
}

test(`on ${SEEDS} networks, every call ends in time with its own answer or silence, and nothing is left`, async () => {
  let answered = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { pair, outcomes } = await run(seed);
    const right = outcomes.map((outcome, n) => outcome === 2 * n || outcome === 'silence');
    expect({ seed, right }).toEqual({ seed, right: Array.from({ length: CALLS }, () => true) });
    const { calls, dropped, datagrams } = pair.caller.stats();
    expect({ seed, ended: calls.answered + calls.silent }).toEqual({ seed, ended: calls.started });
    expect({ seed, received: calls.answered + dropped['unexpected-response'] }).toEqual({
      seed,
      received: datagrams.received,
    });
    expectNothingLeft(pair);
    answered += calls.answered;
  }
  // Two datagrams of which 15 % are lost on average: seven in ten calls and more come through.
  expect(answered / (SEEDS * CALLS)).toBeGreaterThan(0.7);
});

test('the same seed is the same run, byte for byte', async () => {
  const [first, second, other] = [await run(7), await run(7), await run(8)];
  expect(second.sent).toEqual(first.sent);
  expect(second.outcomes).toEqual(first.outcomes);
  expect(other.sent).not.toEqual(first.sent);
});

test('20,000 random and mutated datagrams throw nothing, leave nothing, and the endpoint still answers', async () => {
  const random = new SeededRandom(11);
  const pair = simulatedPair();
  const real: Uint8Array[] = [];
  pair.network.tap = (datagram) => real.push(datagram);
  for (let n = 0; n < 30; n += 1) await pair.network.until(pair.client.addLater(n, n));
  pair.network.tap = undefined;
  const stranger = { host: '10.6.6.6', port: 6 };
  for (let n = 0; n < 20_000; n += 1) {
    const original = real[n % real.length]!;
    const bytes = n % 3 === 0 ? random.bytes(Math.floor(random.next() * 60)) : mutated(original, random);
    pair.network.inject(bytes, stranger, (n % 2 === 0 ? pair.server : pair.caller).address);
  }
  await pair.network.advance(60_000);
  expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: true, value: 3 });
  expectNothingLeft(pair);
});

function mutated(original: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = original.slice(0, random.chance(0.2) ? Math.floor(random.next() * original.length) : original.length);
  const changes = Math.floor(random.next() * 4);
  for (let n = 0; n < changes && bytes.length > 0; n += 1) {
    bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
  }
  return bytes;
}
