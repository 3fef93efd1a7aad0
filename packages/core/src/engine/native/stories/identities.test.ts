import type { CryptoPort, DhKeyPair } from '../../../crypto/crypto-port';
import { loadCrypto } from '../../../crypto/load-crypto';
import { ASSOCIATION_IDLE_MS, KEY_LIFETIME_MS } from '../../../native-limits';
import { RESET, RESET_BYTES, SEALED_PLAIN_PACKET, encodeReset } from '../../../wire/native/packet';
import {
  alice,
  bob,
  carol,
  expectIdle,
  from,
  opening,
  pair,
  pattern,
  reasons,
  type Flight,
  type Side,
  type World,
} from '../../../../test/native/private-network';
import { credentialsOf, keyPairOf, securityOf } from '../../../../test/native/credentials';
import type { OutgoingCall } from '../../engine';
import type { Credentials } from '../protection/sealing';

let crypto: CryptoPort;
let keys: Record<'alice' | 'bob' | 'carol', DhKeyPair>;
beforeAll(async () => {
  crypto = await loadCrypto();
  keys = { alice: keyPairOf(crypto, 1), bob: keyPairOf(crypto, 2), carol: keyPairOf(crypto, 3) };
});

const secret = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

function between(a: Partial<Credentials> | undefined, b: Partial<Credentials> | undefined): ReturnType<typeof pair> {
  const optionsOf = (changes: Partial<Credentials> | undefined) =>
    changes === undefined ? {} : { credentials: credentialsOf(crypto, changes) };
  return pair({ a: optionsOf(a), b: optionsOf(b) });
}

/** What has become of a call: the answer, a code, or silence. */
const ends = (side: Side): string[] => [
  ...side.of('response').map(() => 'answered'),
  ...side.of('failure').map(({ code, executed }) => `${code} ${executed}`),
  ...side.of('silence').map(() => 'silence'),
];

describe('a first call', () => {
  const kinds = [
    ['idempotent', 25],
    ['best-effort', 25],
    ['at-most-once', 45],
  ] as const;

  test.each(kinds)(
    'that is %s is answered within %i ms, 10 ms each way, the answer a whole datagram',
    (delivery, ms) => {
      const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
      b.serve = (request) => b.engine.respond(request, pattern(1000));
      a.call(bob, { security: securityOf(keys.bob), delivery });
      world.advance(ms - 10);
      expect(ends(a)).toEqual([]);
      world.advance(10);
      expect(ends(a)).toEqual(['answered']);
    },
  );

  test('that must not run twice leaves at once where the caller and the callee allow it', () => {
    const { world, a } = between({ keyPair: keys.alice }, { keyPair: keys.bob, earlyData: true });
    a.call(bob, { security: securityOf(keys.bob, true) });
    world.advance(25);
    expect(ends(a)).toEqual(['answered']);
  });

  test('that must not run twice is refused if only the caller allows it', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    a.call(bob, { security: securityOf(keys.bob, true) });
    world.advance(25);
    expect([ends(a), b.of('request').length]).toEqual([['UNAUTHENTICATED no'], 0]);
  });

  test('carries what it carries through a retry', () => {
    const world = pair({
      a: { credentials: credentialsOf(crypto, { keyPair: keys.alice }) },
      b: {
        credentials: credentialsOf(crypto, { keyPair: keys.bob }),
        load: { unprovenMax: 0, unprovenPerSecond: 1000 },
      },
    });
    const { a, b } = world;
    for (const delivery of ['idempotent', 'best-effort', 'at-most-once'] as const)
      a.call(bob, { security: securityOf(keys.bob), delivery, args: pattern(900) });
    world.world.advance(500);
    expect([ends(a), b.of('request').length]).toEqual([['answered', 'answered', 'answered'], 3]);
    expect(reasons(b)).toContain('retry');
    expectIdle(world);
  });
});

describe('the identity of a caller', () => {
  const identityAfter = (a: Partial<Credentials>, b: Partial<Credentials>, called: DhKeyPair | undefined): string => {
    const { world, a: caller, b: callee } = between(a, b);
    caller.call(bob, { security: securityOf(called) });
    world.advance(100);
    expect(ends(caller)).toEqual(['answered']);
    return textOf(callee.of('request')[0]!.request.via?.identity);
  };

  test('is its public key if it has one', () => {
    expect(identityAfter({ keyPair: keys.alice }, { keyPair: keys.bob }, keys.bob)).toBe(textOf(keys.alice.publicKey));
  });

  test('is none if it has none, or if both know a secret', () => {
    expect(identityAfter({}, { keyPair: keys.bob }, keys.bob)).toBe('');
    expect(identityAfter({ psk: secret(9) }, { psk: secret(9) }, undefined)).toBe('');
  });

  test('is that of the server for a call back', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    b.serve = (request) => {
      b.engine.respond(request, Uint8Array.of(1));
      b.call(alice, { via: request.via });
    };
    a.call(bob, { security: securityOf(keys.bob) });
    world.advance(100);
    expect(a.of('request').map(({ request }) => textOf(request.via?.identity))).toEqual([textOf(keys.bob.publicKey)]);
    expect([world.sent.length > 0, a.engine.peers().length, b.engine.peers().length]).toEqual([true, 1, 1]);
  });

  test('is not forgotten by a call back after its association has ended: nothing is sent in the clear', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    a.call(bob, { security: securityOf(keys.bob) });
    world.advance(100);
    const { via } = b.of('request')[0]!.request;
    a.engine.close(world.now);
    world.advance(100);
    const before = world.sent.length;
    expect(() => b.call(alice, { via })).toThrow(expect.objectContaining({ code: 'UNAVAILABLE', executed: 'no' }));
    world.advance(100);
    expect(world.sent.length).toBe(before);
  });

  test('makes one association for calls in both directions', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    a.call(bob, { security: securityOf(keys.bob) });
    world.advance(100);
    b.call(alice, { security: securityOf(keys.alice) });
    world.advance(100);
    expect([ends(b), b.engine.peers().length]).toEqual([['answered'], 1]);
    b.call(alice, { security: securityOf(keys.carol), timeoutMs: 400 });
    world.advance(500);
    expect([ends(b), b.engine.peers().length]).toEqual([['answered', 'UNAUTHENTICATED no'], 2]);
  });
});

describe('who cannot prove what is asked', () => {
  const cases: [
    string,
    () => Partial<Credentials> | undefined,
    () => Partial<Credentials> | undefined,
    () => OutgoingCall['security'],
  ][] = [
    [
      'another key than was dialled',
      () => ({ keyPair: keys.alice }),
      () => ({ keyPair: keys.carol }),
      () => securityOf(keys.bob),
    ],
    [
      'another key, dialled by somebody without',
      () => ({}),
      () => ({ keyPair: keys.carol }),
      () => securityOf(keys.bob),
    ],
    ['another secret', () => ({ psk: secret(1) }), () => ({ psk: secret(2) }), () => securityOf(undefined)],
    [
      'a secret instead of a key',
      () => ({ keyPair: keys.alice }),
      () => ({ psk: secret(2) }),
      () => securityOf(keys.bob),
    ],
    [
      'a key instead of a secret',
      () => ({ psk: secret(2) }),
      () => ({ keyPair: keys.bob }),
      () => securityOf(undefined),
    ],
    [
      'nothing: it takes plain packets alone',
      () => ({ keyPair: keys.alice }),
      () => undefined,
      () => securityOf(keys.bob),
    ],
  ];

  test.each(cases)('%s: one clear error at the deadline, and nothing is left', (_what, a, b, security) => {
    const { world, a: caller, b: callee } = between(a(), b());
    caller.call(bob, { security: security(), timeoutMs: 2000 });
    world.advance(2001);
    expect([ends(caller), callee.of('request'), callee.engine.peers()]).toEqual([['UNAUTHENTICATED no'], [], []]);
    const answers = world.sent.filter(from(callee));
    expect(answers.every(({ datagram }) => datagram[0] === RESET && datagram.length === RESET_BYTES)).toBe(true);
  });

  test('a call that is not sealed gets no word from an endpoint that has keys', () => {
    const { world, a, b } = between(undefined, { keyPair: keys.bob });
    a.call(bob, { timeoutMs: 1000 });
    world.advance(1001);
    expect([ends(a), world.sent.filter(from(b)), b.engine.peers()]).toEqual([['silence'], [], []]);
  });

  test('and is answered as ever if plain packets are allowed', () => {
    const { world, a, b } = between(undefined, { keyPair: keys.bob, allowPlain: true });
    a.call(bob);
    world.advance(25);
    expect([ends(a), b.of('request')[0]!.request.via?.identity]).toEqual([['answered'], undefined]);
  });

  test('a handshake by a key of low order, of another length, cut off or reflected opens nothing', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    a.call(bob, { security: securityOf(keys.bob) });
    world.advance(0);
    const { datagram } = world.sent[0]!;
    const lowOrder = datagram.slice();
    lowOrder.fill(0, 25, 25 + 32);
    for (const forged of [lowOrder, datagram.slice(0, 60), datagram.slice(0, 140)])
      b.engine.receive(forged, carol, world.now);
    a.engine.receive(datagram.slice(), bob, world.now);
    for (const side of [a, b]) side.drain();
    expect([b.engine.peers(), b.of('request'), a.of('request')]).toEqual([[], [], []]);
  });

  test('a handshake by a shared secret that is sent back opens nothing, nor does it later', () => {
    const { world, a, b } = between({ psk: secret(1) }, { psk: secret(1) });
    a.call(bob, { security: securityOf(undefined), delivery: 'idempotent' });
    world.advance(0);
    const { datagram } = world.sent[0]!;
    const sendBack = (): void => {
      a.engine.receive(datagram.slice(), bob, world.now);
      a.drain();
    };
    sendBack();
    expect([a.engine.peers().length, reasons(a)]).toEqual([1, ['not-authentic']]);
    world.advance(1000);
    b.engine.close(world.now);
    b.drain();
    world.advance(1000);
    sendBack();
    expect([a.engine.peers(), reasons(a), a.of('request')]).toEqual([[], ['not-authentic', 'late'], []]);
  });
});

describe('forged packets', () => {
  /** A pair that has talked, with everything that was sent. */
  function talked(): { world: World; a: Side; b: Side; sent: Flight[] } {
    const both = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    const { world, a } = both;
    for (const delivery of ['idempotent', 'at-most-once', 'best-effort'] as const)
      a.call(bob, { security: securityOf(keys.bob), delivery, args: pattern(delivery === 'idempotent' ? 3000 : 30) });
    world.advance(500);
    expect(ends(a)).toEqual(['answered', 'answered', 'answered']);
    return { ...both, sent: world.sent.map((flight) => ({ ...flight, datagram: flight.datagram.slice() })) };
  }

  test('with any bit flipped change nothing but a counter', () => {
    const { world, a, b, sent } = talked();
    const before = [a.engine.peers(), b.engine.peers(), a.of('response').length, b.of('request').length];
    for (const { datagram, to, from: sender } of sent) {
      const side = to === bob ? b : a;
      for (let bit = 0; bit < 8 * datagram.length; bit += datagram.length > 200 ? 97 : 1) {
        const forged = datagram.slice();
        forged[bit >> 3]! ^= 1 << (bit & 7);
        side.engine.receive(forged, sender, world.now);
      }
      side.drain();
    }
    expect(b.of('request').length).toBe(before[3]);
    expect([a.of('response').length, a.of('failure')]).toEqual([before[2], []]);
    expect([a.engine.peers(), b.engine.peers()]).toEqual([before[0], before[1]]);
  });

  test('that were recorded, in any order, at once or later, run nothing that must not run twice', () => {
    const { world, a, b, sent } = talked();
    const had = b.of('request').length;
    const replay = (): void => {
      for (const { datagram, to, from: sender } of [...sent].reverse())
        (to === bob ? b : a).engine.receive(datagram.slice(), sender, world.now);
      for (const side of [a, b]) side.drain();
    };
    replay();
    expect(b.of('request').length).toBe(had);
    world.advance(ASSOCIATION_IDLE_MS + 1000);
    replay();
    expect(b.of('request').length).toBe(had);
    world.advance(2 * ASSOCIATION_IDLE_MS);
    replay();
    const again = b.of('request').slice(had);
    expect(again.every(({ request }) => request.delivery !== 'at-most-once')).toBe(true);
    b.restart();
    replay();
    expect(
      b
        .of('request')
        .slice(had)
        .every(({ request }) => request.delivery !== 'at-most-once'),
    ).toBe(true);
  });

  test('move no association, and a genuine packet does', () => {
    const { world, a, b, sent } = talked();
    const [first] = b.engine.peers();
    b.engine.receive(sent.findLast(from(a))!.datagram.slice(), carol, world.now);
    b.engine.receive(opening(), carol, world.now);
    b.drain();
    expect(b.engine.peers().map(({ address }) => address)).toEqual([first!.address]);
  });
});

describe('a reset', () => {
  test('that shows no token ends nothing, and one that an endpoint with the same key gives after a restart does', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    a.call(bob, { security: securityOf(keys.bob) });
    world.advance(500);
    const id = world.sent.findLast(({ to, datagram }) => to === bob && datagram[0] === SEALED_PLAIN_PACKET);
    const known = id!.datagram.slice(1, 9);
    for (const forged of [encodeReset(known), encodeReset(known, new Uint8Array(16))])
      a.engine.receive(forged, bob, world.now);
    a.drain();
    expect([a.engine.peers().length, reasons(a)]).toEqual([1, ['not-authentic', 'not-authentic']]);
    b.restart();
    a.call(bob, { security: securityOf(keys.bob), delivery: 'idempotent' });
    world.advance(500);
    expect(ends(a)).toEqual(['answered', 'answered']);
  });
});

describe('keys', () => {
  test('are renewed while calls go on, in both directions, and none is lost', () => {
    const { world, a, b } = between({ keyPair: keys.alice }, { keyPair: keys.bob });
    world.loses = () => world.random.bytes(1)[0]! < 25;
    const calls = 100;
    for (let call = 0; call < calls; call += 1) {
      a.call(bob, { security: securityOf(keys.bob), timeoutMs: 60_000 });
      world.advance(KEY_LIFETIME_MS / 20);
    }
    world.advance(60_000);
    expect([ends(a).length, new Set(ends(a)), b.of('request').length]).toEqual([calls, new Set(['answered']), calls]);
    const phases = (side: Side) => new Set(world.sent.filter(from(side)).map(({ datagram }) => datagram[0]));
    for (const side of [a, b]) expect([...phases(side)].filter((type) => type! >= SEALED_PLAIN_PACKET)).toHaveLength(2);
  });
});
