import { inspect } from 'node:util';
import fc from 'fast-check';
import { REKEY_NONCE, type CryptoPort } from '../../../crypto/crypto-port';
import { loadCrypto } from '../../../crypto/load-crypto';
import { KEY_LIFETIME_MS, KEY_PACKETS_MAX, OLD_KEY_KEPT_MS } from '../../../native-limits';
import type { SplitKeys } from '../handshake/handshake-state';
import { PacketKey } from './packet-key';
import type { KeyPhase } from './send-keys';
import { TransportKeys } from './transport-keys';

const HEADER_BYTES = 13;
const UP = new Uint8Array(32).fill(11);
const DOWN = new Uint8Array(32).fill(22);
const hex = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString('hex');

/** Cryptography that fails a test which seals twice with one key and number. */
class WatchedCrypto implements CryptoPort {
  readonly keyPair: CryptoPort['keyPair'];
  readonly hash: CryptoPort['hash'];
  readonly hmac: CryptoPort['hmac'];
  readonly open: CryptoPort['open'];
  readonly sealed = new Set<string>();
  readonly keys = new Set<string>();
  renewals = 0;
  readonly #crypto: CryptoPort;

  constructor(crypto: CryptoPort) {
    this.#crypto = crypto;
    this.keyPair = crypto.keyPair.bind(crypto);
    this.hash = crypto.hash.bind(crypto);
    this.hmac = crypto.hmac.bind(crypto);
    this.open = crypto.open.bind(crypto);
  }

  seal(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void {
    const use = `${hex(key)} ${nonce}`;
    // Both sides make the next key, the same in the same way.
    if (nonce !== REKEY_NONCE && this.sealed.has(use)) throw new Error(`Sealed twice: ${use}.`);
    this.sealed.add(use);
    if (nonce === REKEY_NONCE) this.renewals += 1;
    else this.keys.add(hex(key)!);
    this.#crypto.seal(key, nonce, bytes, headerBytes);
  }
}

let real: CryptoPort;
let crypto: WatchedCrypto;
beforeAll(async () => {
  real = await loadCrypto();
});
beforeEach(() => {
  crypto = new WatchedCrypto(real);
});

const openerKeys = (): SplitKeys => ({ send: UP, receive: DOWN });
const acceptorKeys = (): SplitKeys => ({ send: DOWN, receive: UP });

interface Sealed {
  readonly datagram: Uint8Array;
  readonly number: number;
  readonly phase: KeyPhase;
  readonly text: Uint8Array;
}

/** Two sides after a handshake, each of which can send to the other. */
class Pair {
  readonly opener = new TransportKeys(crypto, openerKeys(), 0);
  readonly acceptor = new TransportKeys(crypto, acceptorKeys(), 0);
  readonly #next = new Map<TransportKeys, number>();

  seal(side: TransportKeys, now: number, text = Uint8Array.of(1, 2, 3)): Sealed {
    const number = this.#next.get(side) ?? 0;
    this.#next.set(side, number + 1);
    side.send.renewIfDue(now);
    const { phase } = side.send;
    const datagram = new Uint8Array(HEADER_BYTES + text.length + TransportKeys.overheadBytes);
    datagram[0] = 0xc2;
    datagram[1] = phase;
    datagram.set(text, HEADER_BYTES);
    side.send.seal(datagram, HEADER_BYTES, number);
    return { datagram, number, phase, text };
  }

  /** Goes on with a number far above. */
  skipTo(side: TransportKeys, number: number): void {
    this.#next.set(side, number);
  }

  open(side: TransportKeys, { datagram, number, phase }: Sealed, now: number): string | undefined {
    return hex(side.receive.open(datagram.slice(), HEADER_BYTES, number, phase, now)?.subarray(HEADER_BYTES));
  }

  /** A packet there, and its acknowledgement back. */
  exchange(from: TransportKeys, now: number): Sealed {
    const packet = this.seal(from, now);
    const opened = this.open(from === this.opener ? this.acceptor : this.opener, packet, now);
    if (opened !== '010203') throw new Error(`Packet ${packet.number} did not open.`);
    from.send.confirmed(packet.number);
    return packet;
  }
}

test('what one side seals the other opens, both ways, whatever its length', () => {
  const pair = new Pair();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1200 }), (text) => {
      for (const [from, to] of [
        [pair.opener, pair.acceptor],
        [pair.acceptor, pair.opener],
      ] as const) {
        const packet = pair.seal(from, 0, text);
        expect(pair.open(to, packet, 0)).toBe(hex(text));
      }
    }),
  );
});

test('nothing of a packet but its header can be read', () => {
  const pair = new Pair();
  const { datagram } = pair.seal(pair.opener, 0, new TextEncoder().encode('Greeter.sayHi'));
  expect(hex(datagram.subarray(0, HEADER_BYTES))).toBe('c2' + '00'.repeat(12));
  expect(Buffer.from(datagram).toString('latin1')).not.toMatch(/Greeter|sayHi/);
});

test('a packet is opened in place, with its header before it', () => {
  const pair = new Pair();
  const { datagram } = pair.seal(pair.opener, 0);
  const packet = pair.acceptor.receive.open(datagram, HEADER_BYTES, 0, 0, 0)!;
  expect(packet.buffer).toBe(datagram.buffer);
  expect(hex(packet)).toBe('c2' + '00'.repeat(12) + '010203');
});

test('a bit changed anywhere, another number or phase, or a reflected packet changes nothing', () => {
  const pair = new Pair();
  const packet = pair.exchange(pair.opener, 0);
  const last = pair.seal(pair.opener, 0);
  for (let bit = 0; bit < 8 * last.datagram.length; bit += 1) {
    const datagram = last.datagram.with(bit >> 3, last.datagram[bit >> 3]! ^ (1 << (bit & 7)));
    for (const phase of [0, 1] as const)
      expect(pair.open(pair.acceptor, { ...last, datagram, phase }, 0)).toBeUndefined();
  }
  expect(pair.open(pair.acceptor, { ...last, number: last.number + 1 }, 0)).toBeUndefined();
  expect(pair.open(pair.acceptor, { ...last, number: last.number + 2 ** 32 }, 0)).toBeUndefined();
  expect(pair.open(pair.acceptor, { ...last, phase: 1 }, 0)).toBeUndefined();
  expect(pair.open(pair.opener, last, 0)).toBeUndefined();
  for (let length = 0; length < last.datagram.length; length += 1)
    expect(pair.open(pair.acceptor, { ...last, datagram: last.datagram.subarray(0, length) }, 0)).toBeUndefined();
  expect(pair.open(pair.acceptor, last, 0)).toBe('010203');
  expect(pair.open(pair.acceptor, packet, 0)).toBe('010203');
});

test('a number that was used is never sealed again', () => {
  const { opener } = new Pair();
  opener.send.seal(new Uint8Array(40), HEADER_BYTES, 7);
  for (const number of [7, 6, 0])
    expect(() => opener.send.seal(new Uint8Array(40), HEADER_BYTES, number)).toThrow('cannot be sealed');
});

describe('a key is renewed', () => {
  test('after two minutes, in each direction by itself, and nothing is lost of what was on its way', () => {
    const pair = new Pair();
    pair.exchange(pair.opener, 0);
    pair.exchange(pair.acceptor, 0);
    const late = pair.seal(pair.opener, KEY_LIFETIME_MS - 1);
    const [second, third] = [pair.seal(pair.opener, KEY_LIFETIME_MS), pair.seal(pair.opener, KEY_LIFETIME_MS)];
    expect([late, second, third].map(({ phase }) => phase)).toEqual([0, 1, 1]);
    for (const packet of [third, late, second, late])
      expect(pair.open(pair.acceptor, packet, KEY_LIFETIME_MS + 10)).toBe('010203');
    expect(pair.acceptor.send.phase).toBe(0);
    expect(pair.exchange(pair.acceptor, KEY_LIFETIME_MS + 20).phase).toBe(1);
    expect(crypto.keys.size).toBe(4);
  });

  test('after 2^24 packets', () => {
    const pair = new Pair();
    pair.exchange(pair.opener, 0);
    pair.skipTo(pair.opener, KEY_PACKETS_MAX - 1);
    expect([1, 2, 3].map(() => pair.exchange(pair.opener, 0).phase)).toEqual([0, 0, 1]);
  });

  test('again and again, over a day', () => {
    const pair = new Pair();
    const phases: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 1) phases.push(pair.exchange(pair.opener, minute * 60_000).phase);
    expect(phases.slice(0, 6)).toEqual([0, 0, 1, 1, 0, 0]);
    expect(crypto.keys.size).toBe(720);
  });

  test('not before the peer has received a packet under this one, whatever else it acknowledges', () => {
    const pair = new Pair();
    const first = pair.exchange(pair.opener, 0);
    // All of these are lost.
    for (let time = 1; time < 10; time += 1) expect(pair.seal(pair.opener, time * KEY_LIFETIME_MS).phase).toBe(1);
    pair.opener.send.confirmed(first.number);
    expect(pair.exchange(pair.opener, 10 * KEY_LIFETIME_MS).phase).toBe(1);
    expect(pair.exchange(pair.opener, 10 * KEY_LIFETIME_MS).phase).toBe(0);
  });

  test('without a trace of the one before, after a while', () => {
    const pair = new Pair();
    pair.exchange(pair.opener, 0);
    const [late, later] = [pair.seal(pair.opener, 0), pair.seal(pair.opener, 0)];
    const renewed = KEY_LIFETIME_MS;
    pair.exchange(pair.opener, renewed);
    expect(pair.open(pair.acceptor, late, renewed + OLD_KEY_KEPT_MS - 1)).toBe('010203');
    expect(pair.open(pair.acceptor, later, renewed + OLD_KEY_KEPT_MS)).toBeUndefined();
    // Keys are one way: what opens the new packets does not open the old ones.
    expect(pair.open(pair.acceptor, { ...later, phase: 1 }, renewed)).toBeUndefined();
  });

  test('by no forged packet, however many there are', () => {
    const pair = new Pair();
    pair.exchange(pair.opener, 0);
    for (let forged = 0; forged < 100; forged += 1) {
      const datagram = new Uint8Array(60).fill(forged);
      expect(pair.open(pair.acceptor, { datagram, number: forged, phase: 1, text: datagram }, 0)).toBeUndefined();
    }
    // One key was made to try them, and no more.
    expect(crypto.renewals).toBe(1);
    expect(pair.exchange(pair.opener, 0).phase).toBe(0);
    expect(pair.exchange(pair.opener, KEY_LIFETIME_MS).phase).toBe(1);
  });

  test('and the old one opens what is late, however low the numbers of forged packets are', () => {
    const pair = new Pair();
    pair.exchange(pair.opener, 0);
    const late = pair.seal(pair.opener, 0);
    pair.exchange(pair.opener, KEY_LIFETIME_MS);
    const datagram = new Uint8Array(60);
    expect(
      pair.open(pair.acceptor, { datagram, number: 0, phase: 1, text: datagram }, KEY_LIFETIME_MS),
    ).toBeUndefined();
    expect(pair.open(pair.acceptor, late, KEY_LIFETIME_MS)).toBe('010203');
  });

  test('by no packet of a phase that is over, and by none under a key that the other side never had', () => {
    const pair = new Pair();
    const first = pair.exchange(pair.opener, 0);
    expect(pair.open(pair.acceptor, { ...first, phase: 1 }, 0)).toBeUndefined();
    pair.exchange(pair.opener, KEY_LIFETIME_MS);
    expect(pair.open(pair.acceptor, first, KEY_LIFETIME_MS)).toBe('010203');
    expect(pair.exchange(pair.opener, KEY_LIFETIME_MS).phase).toBe(1);
    const fresh = new Pair();
    const stranger = fresh.seal(fresh.acceptor, 0);
    expect(fresh.open(fresh.acceptor, { ...stranger, phase: 1 }, 0)).toBeUndefined();
  });
});

test('packets in any order, lost and late, open as long as their key is kept, and no number is sealed twice', () => {
  const step = fc.record({
    waitMs: fc.oneof(fc.nat(2_000), fc.constant(KEY_LIFETIME_MS / 2)),
    delayMs: fc.nat(OLD_KEY_KEPT_MS - 1),
    lost: fc.boolean(),
    acknowledged: fc.boolean(),
    fromOpener: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      crypto = new WatchedCrypto(real);
      const pair = new Pair();
      const arrivals: { at: number; from: TransportKeys; packet: Sealed; acknowledged: boolean }[] = [];
      const arriveUntil = (now: number): void => {
        arrivals.sort((left, right) => left.at - right.at);
        while (arrivals.length > 0 && arrivals[0]!.at <= now) {
          const { at, from, packet, acknowledged } = arrivals.shift()!;
          const to = from === pair.opener ? pair.acceptor : pair.opener;
          expect(pair.open(to, packet, at)).toBe('010203');
          if (acknowledged) from.send.confirmed(packet.number);
        }
      };
      let now = 0;
      for (const { waitMs, delayMs, lost, acknowledged, fromOpener } of steps) {
        now += waitMs;
        arriveUntil(now);
        const from = fromOpener ? pair.opener : pair.acceptor;
        const packet = pair.seal(from, now);
        if (!lost) arrivals.push({ at: now + delayMs, from, packet, acknowledged });
      }
      arriveUntil(Infinity);
    }),
    { numRuns: 60 },
  );
});

test('the key of early data is one for all opening packets, and shows itself to nobody', () => {
  const key = new PacketKey(crypto, UP);
  const packet = new Uint8Array(HEADER_BYTES + 5 + TransportKeys.overheadBytes).fill(9);
  key.seal(packet, HEADER_BYTES, 0);
  expect(hex(new PacketKey(crypto, UP).open(packet, HEADER_BYTES, 0))).toBe('09'.repeat(HEADER_BYTES + 5));
  const keys = new TransportKeys(real, openerKeys(), 0);
  expect(inspect([key, keys], { showHidden: true, depth: 9 })).not.toMatch(/11, 11|22, 22|0b0b/);
});
