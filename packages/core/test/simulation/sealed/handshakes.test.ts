import { loadCrypto } from '../../../src/security';
import type { SimulatedEndpoint } from '../../../src/testing';
import { RESET, RESET_BYTES, SEALED_OPENING_PACKET, encodeReset } from '../../../src/wire/native/packet';
import { PROOFS, partiesOf, type Proof } from '../parties';
import { outcomeOf } from './archive';
import { CALLER, SERVER, SealedNetwork, bytesOf } from './sealed-network';

beforeAll(loadCrypto);

const TIMEOUT_MS = 1000;
const MIDDLE = { host: '10.6.6.6', port: 6 };

/** Where the handshake message begins in a sealed opening packet without a token: after its length, of two bytes or one. */
const MESSAGE_AT: Record<Proof, number> = { 'key pairs': 25, 'key of the server': 24, 'shared secret': 24 };

/** Points of X25519 for which every secret gives zero: RFC 7748 §6.1. */
const LOW_ORDER_POINTS = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map((hex) => Buffer.from(hex, 'hex'));

/** What a server keeps of anybody. */
function keptBy(endpoint: SimulatedEndpoint): typeof NOTHING {
  const { peers, requests, runningHandlers } = endpoint.stats();
  return { peers: peers.length, received: requests.received, runningHandlers };
}

const NOTHING = { peers: 0, received: 0, runningHandlers: 0 };

/** Whether all that a server has sent tells nothing but that it has not understood, in fewer bytes than it was sent. */
function tellsNothing(sealed: SealedNetwork, bytesIn: number): boolean {
  const answers = sealed.sentFrom(SERVER);
  const areResets = answers.every(({ datagram }) => datagram[0] === RESET && datagram.length === RESET_BYTES);
  return areResets && bytesOf(answers) <= bytesIn;
}

/** The first datagram of a call that nobody receives. */
async function firstDatagram(sealed: SealedNetwork): Promise<Uint8Array> {
  const caller = sealed.bindCaller();
  sealed.network.dropNext();
  void outcomeOf(sealed.clientOf(caller), 'consult', 1, 'x');
  await sealed.network.advance(0);
  caller.crash();
  const [first] = sealed.sent;
  sealed.sent.length = 0;
  expect(first!.datagram[0]).toBe(SEALED_OPENING_PACKET);
  return first!.datagram;
}

describe.each(PROOFS)('a server known by %s', (proof) => {
  /** What a server keeps of forged first datagrams, and whether it told anything. */
  async function given(forge: (datagram: Uint8Array) => readonly Uint8Array[]): Promise<unknown> {
    const sealed = new SealedNetwork({ proof });
    const forged = forge(await firstDatagram(sealed));
    let bytesIn = 0;
    for (const datagram of forged) {
      sealed.network.inject(datagram, MIDDLE, SERVER);
      bytesIn += datagram.length;
      // So slowly that it is no flood.
      await sealed.network.advance(20);
    }
    await sealed.network.advance(60_000);
    expect(sealed.server.stats().datagrams.received).toBe(forged.length);
    const timers = sealed.network.clock.scheduled;
    return { ...keptBy(sealed.server), timers, tellsNothing: tellsNothing(sealed, bytesIn) };
  }

  const nothing = { ...NOTHING, timers: 0, tellsNothing: true };

  test('keeps nothing of a handshake that is cut off anywhere, and tells nothing', async () => {
    const cut = given((datagram) => Array.from({ length: datagram.length }, (_, length) => datagram.slice(0, length)));
    expect(await cut).toEqual(nothing);
  });

  test('nor of one by a point of low order', async () => {
    const byLowOrder = given((datagram) =>
      LOW_ORDER_POINTS.map((point) => {
        const forged = datagram.slice();
        forged.set(point, MESSAGE_AT[proof]);
        return forged;
      }),
    );
    expect(await byLowOrder).toEqual(nothing);
  });

  test('nor of one whose message is longer or shorter than it says', async () => {
    const ofAnotherLength = given((datagram) =>
      [-2, -1, 1, 2, 16].map((change) => {
        const forged = datagram.slice();
        forged[MESSAGE_AT[proof] - 1]! += change;
        return forged;
      }),
    );
    expect(await ofAnotherLength).toEqual(nothing);
  });

  test('nor of one in which the server is shown its own answer, or the caller its own question', async () => {
    const sealed = new SealedNetwork({ proof });
    const caller = sealed.bindCaller();
    sealed.network.arrived = (datagram, _to, from) => {
      if (datagram[0] === SEALED_OPENING_PACKET && from.host !== MIDDLE.host)
        sealed.network.inject(datagram, MIDDLE, from);
    };
    const client = sealed.clientOf(caller, { timeoutMs: TIMEOUT_MS });
    expect(await sealed.network.until(outcomeOf(client, 'deposit', 1, 'x'))).toContain('word-of-a-result');
    await sealed.network.advance(1000);
    expect([sealed.server.stats().peers.length, caller.stats().peers.length]).toEqual([1, 1]);
    expect(sealed.archive.runs).toEqual(new Map([[1, 1]]));
  });
});

describe('a caller', () => {
  test('that knows the key that a server had before hears UNAUTHENTICATED within its time, and a new one is let in', async () => {
    const sealed = new SealedNetwork();
    const caller = sealed.bindCaller();
    const old = sealed.clientOf(caller, { timeoutMs: TIMEOUT_MS });
    expect(await sealed.network.until(outcomeOf(old, 'deposit', 1, 'x'))).toContain('word-of-a-result');
    sealed.server.crash();
    const { server, peer } = partiesOf(8, { proof: 'key pairs', earlyData: false, keyRenewal: undefined });
    sealed.startServer(server);
    for (const [id, method] of (['deposit', 'consult', 'glimpse'] as const).entries()) {
      const began = sealed.network.clock.now;
      expect(await sealed.network.until(outcomeOf(old, method, 10 + id, 'x'))).toMatch(/^(UNAUTHENTICATED|silence)$/);
      expect(sealed.network.clock.now - began).toBeLessThanOrEqual(TIMEOUT_MS + 5);
    }
    await sealed.network.advance(130_000);
    expect(await sealed.network.until(outcomeOf(old, 'deposit', 20, 'x'))).toBe('UNAUTHENTICATED');
    expect([keptBy(sealed.server), sealed.archive.runs.size]).toEqual([NOTHING, 1]);
    const renewed = sealed.clientOf(caller, peer);
    expect(await sealed.network.until(outcomeOf(renewed, 'deposit', 21, 'x'))).toContain('word-of-a-result');
  });

  test('takes no answer in the clear, and its endpoint sends nothing in the clear, whatever a middle says', async () => {
    const plain = new SealedNetwork({ proof: 'nothing' });
    await plain.network.until(outcomeOf(plain.clientOf(plain.bindCaller()), 'deposit', 1, 'x'));
    const answers = plain.sentFrom(SERVER).map(({ datagram }) => datagram);
    const sealed = new SealedNetwork();
    const caller = sealed.bindCaller();
    // The middle takes every datagram of the caller away, and answers in the server's place, by the id that it has read.
    const inject = sealed.network.inject.bind(sealed.network);
    sealed.network.inject = (datagram, from, to) => {
      if (to.host !== SERVER.host) return inject(datagram, from, to);
      for (const answer of answers) {
        const forged = answer.slice();
        forged.set(datagram.subarray(2, 10), forged[0] === 0xc1 ? 10 : 1);
        inject(forged, SERVER, from);
      }
    };
    const client = sealed.clientOf(caller, { timeoutMs: TIMEOUT_MS });
    expect(await sealed.network.until(outcomeOf(client, 'consult', 1, 'x'))).toBe('UNAUTHENTICATED');
    expect(caller.stats().dropped['not-authentic']).toBeGreaterThan(0);
    expect(sealed.sent.every(({ datagram }) => datagram[0] === SEALED_OPENING_PACKET)).toBe(true);
  });
});

test('what is forged before a peer answers says nothing of calls that it leaves unanswered later', async () => {
  const sealed = new SealedNetwork();
  const { network, server } = sealed;
  const client = sealed.clientOf(sealed.bindCaller(), { timeoutMs: TIMEOUT_MS });
  const first = outcomeOf(client, 'consult', 1, 'x');
  await network.advance(1);
  network.inject(encodeReset(sealed.sent[0]!.datagram.subarray(2, 10)), SERVER, CALLER);
  expect(await network.until(first)).toContain('word-of-a-result');
  network.disconnect(server);
  expect(await network.until(outcomeOf(client, 'deposit', 2, 'x'))).toBe('silence');
});

test('a server with security answers no datagram of a plain session, whenever it was recorded', async () => {
  const plain = new SealedNetwork({ proof: 'nothing' });
  await plain.network.until(outcomeOf(plain.clientOf(plain.bindCaller()), 'consult', 1, 'x'));
  const sealed = new SealedNetwork();
  for (const { datagram } of plain.sentTo(SERVER)) sealed.network.inject(datagram, CALLER, SERVER);
  await sealed.network.advance(1000);
  expect([keptBy(sealed.server), sealed.sent, sealed.archive.runs.size]).toEqual([NOTHING, [], 0]);
});
