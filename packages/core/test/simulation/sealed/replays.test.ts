import { ascii } from '../../../src/engine/native/handshake/ascii';
import { HandshakeState } from '../../../src/engine/native/handshake/handshake-state';
import { IK } from '../../../src/engine/native/handshake/patterns';
import { PacketKey } from '../../../src/engine/native/keys/packet-key';
import { loadCrypto } from '../../../src/security';
import { secretKeyOf } from '../../../src/security/key-pair';
import {
  SEALED_OPENING_PACKET,
  decodeHeader,
  type OpeningHeader,
  type PlainHeader,
} from '../../../src/wire/native/packet';
import { WORDS, secrets, type Method } from './archive';
import { REPLAYER, RecordedSession } from './recorded-session';
import { CALLER, SERVER, bytesOf, type Recorded } from './sealed-network';

beforeAll(loadCrypto);

/** How long an association lives without a packet, and how long it is remembered after that: docs/protocol.md §5.6. */
const IDLE_MS = 120_000;

/** Those that may ride in the first datagram and so may be run again by a copy that nobody recognises. */
const EARLY: readonly Method[] = ['consult', 'explode', 'glimpse', 'whisper'];

describe('a copy of all that was sent', () => {
  test('runs nothing while the association lives, and leads nowhere else', async () => {
    const session = await new RecordedSession().talk();
    await session.replay();
    expect(session.repeated).toEqual([]);
    const addresses = session.sealed.server.stats().peers.map(({ address }) => address);
    expect(addresses).toEqual([CALLER]);
    expect(await session.answers()).toBe(true);
  });

  test.each([
    ['at once', 0],
    ['121 s later', IDLE_MS + 1000],
  ])('runs nothing after the caller has gone without a word, %s', async (_, ms) => {
    const session = await new RecordedSession().talk();
    // Without CLOSE, the association is there until it has been idle, and its tombstone as long again.
    session.caller.crash();
    await session.sealed.network.advance(ms);
    await session.replay();
    expect(session.repeated).toEqual([]);
  });

  test('runs nothing for 120 s after the association was ended by its caller', async () => {
    const session = await new RecordedSession().talk();
    await session.sealed.network.until(session.caller.close());
    await session.replay();
    await session.sealed.network.advance(IDLE_MS - 2000);
    await session.replay();
    expect(session.repeated).toEqual([]);
  });

  test.each([
    [
      'after that',
      async ({ sealed, caller }: RecordedSession) => {
        await sealed.network.until(caller.close());
        await sealed.network.advance(IDLE_MS + 1000);
      },
    ],
    ['long after', async ({ sealed }: RecordedSession) => sealed.network.advance(2 * IDLE_MS + 3000)],
    ['at a server that was started anew', async ({ sealed }: RecordedSession) => sealed.restartServer()],
    [
      'at one that was started anew a while ago',
      async ({ sealed }: RecordedSession) => {
        await sealed.restartServer();
        await sealed.network.advance(10_000);
      },
    ],
  ] as const)('runs early data again %s, and nothing that must not run twice', async (_, before) => {
    const session = await new RecordedSession().talk();
    await before(session);
    await session.replay();
    expect(session.repeated.length).toBeGreaterThan(0);
    expect(EARLY).toEqual(expect.arrayContaining(session.repeated));
    // Three orders, twice each, and the first copy that is recognised keeps all others out.
    expect(session.sealed.archive.mostRuns).toBe(2);
  });

  test('runs what must not run twice again only where both sides have allowed it as early data', async () => {
    const session = await new RecordedSession({ earlyData: true }).talk();
    await session.sealed.network.until(session.caller.close());
    await session.replay();
    expect(session.repeated).toEqual([]);
    await session.sealed.network.advance(IDLE_MS + 1000);
    await session.replay();
    expect(session.repeated).toContain('deposit');
  });

  test('shows nothing to whoever sends it, and gets no more than three bytes for each', async () => {
    const session = await new RecordedSession().talk();
    const { sealed, recorded } = session;
    await sealed.network.advance(2 * IDLE_MS + 3000);
    const [first] = recorded;
    sealed.sent.length = 0;
    sealed.network.inject(first!.datagram, REPLAYER, SERVER);
    await sealed.network.advance(60_000);
    const answers = sealed.sentTo(REPLAYER);
    expect(answers.length).toBeGreaterThan(0);
    expect(bytesOf(answers)).toBeLessThanOrEqual(3 * first!.datagram.length);
    for (const { datagram } of answers)
      for (const secret of secrets().values()) expect(Buffer.from(datagram).includes(secret)).toBe(false);
  });
});

test('who steals the key of the server can open early data that was recorded, and nothing that was sent after the handshake', async () => {
  const crypto = await loadCrypto();
  const { sealed, recorded } = await new RecordedSession().talk();
  const s = crypto.keyPair(secretKeyOf(sealed.parties.server.security!.keyPair!));
  const thief = new HandshakeState({ crypto, pattern: IK, initiator: false, prologue: ascii('rpcudp 1'), s });
  const opens = (key: Uint8Array, { datagram }: Recorded): Uint8Array | undefined => {
    const header = decodeHeader(datagram) as OpeningHeader | PlainHeader;
    return new PacketKey(crypto, key).open(datagram.slice(), header.headerBytes, header.number);
  };
  const { sealed: opening } = decodeHeader(recorded[0]!.datagram) as OpeningHeader;
  expect(thief.readMessage(opening!.handshake)).toBeDefined();
  const early = thief.earlyKey();
  const toServer = recorded.filter(({ to }) => to.host === SERVER.host);
  const opened = toServer.filter((each) => opens(early, each) !== undefined);
  expect(opened).toEqual(toServer.filter(({ datagram }) => datagram[0] === SEALED_OPENING_PACKET));
  expect(Buffer.from(opens(early, opened[0]!)!).includes(WORDS.argument)).toBe(true);
  // The other half of these keys was that of the server's ephemeral key, which is gone.
  thief.writeMessage(new Uint8Array(0), crypto.keyPair(new Uint8Array(32).fill(1)));
  const keys = thief.split();
  const rest = recorded.filter((each) => !opened.includes(each));
  expect(rest.length).toBeGreaterThan(10);
  expect(rest.filter((each) => [keys.send, keys.receive, early].some((key) => opens(key, each)))).toEqual([]);
});
