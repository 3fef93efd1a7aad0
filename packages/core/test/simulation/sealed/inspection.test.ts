import { createClient } from '@rpcudp/client';
import { defineService } from '../../../src/index';
import { loadCrypto } from '../../../src/security';
import { PROOFS, type Proof } from '../parties';
import { METHODS, expectedOf, outcomeOf, secrets } from './archive';
import { CALLER, SERVER, SealedNetwork } from './sealed-network';

beforeAll(loadCrypto);

const CALLERS = 20;
const CALLS_PER_CALLER = 50;
const CALLS_AT_ONCE = 10;

/** Makes a thousand calls of all kinds, small and in parts, each caller's first as early data; checks what becomes of each. */
async function thousandCalls(proof: Proof | 'nothing'): Promise<SealedNetwork> {
  const sealed = new SealedNetwork({ proof, earlyData: true });
  for (let index = 0; index < CALLERS; index += 1) {
    const client = sealed.clientOf(sealed.bindCaller({ host: `10.0.1.${index}`, port: 2 }));
    for (let call = 0; call < CALLS_PER_CALLER; call += CALLS_AT_ONCE) {
      const batch = Array.from({ length: CALLS_AT_ONCE }, async (_, place) => {
        const id = index * CALLS_PER_CALLER + call + place;
        const method = METHODS[(id + index) % METHODS.length]!;
        const text = place === 3 ? ' and more of it'.repeat(300) : `${id}`;
        expect(await outcomeOf(client, method, id, text)).toBe(expectedOf(method, text));
      });
      await sealed.network.until(Promise.all(batch));
    }
  }
  await sealed.network.advance(1000);
  return sealed;
}

/** Which secrets some datagram shows. */
function shownBy({ sent }: SealedNetwork): string[] {
  const datagrams = sent.map(({ datagram }) => Buffer.from(datagram));
  return [...secrets()]
    .filter(([, bytes]) => datagrams.some((datagram) => datagram.includes(bytes)))
    .map(([name]) => name);
}

describe('the datagrams of a thousand calls', () => {
  test.each(PROOFS)(
    'whose sides prove themselves by %s show no name, argument, result, metadata or error',
    async (proof) => {
      const sealed = await thousandCalls(proof);
      expect(sealed.archive.runs.size).toBe(CALLERS * CALLS_PER_CALLER);
      expect([sealed.sentTo(SERVER).length, sealed.sentFrom(SERVER).length].every((count) => count > 500)).toBe(true);
      expect(shownBy(sealed)).toEqual([]);
    },
  );

  test('in the clear show all of them, which is how this test can fail', async () => {
    const shown = shownBy(await thousandCalls('nothing'));
    // Names do not travel at all, but their hashes do; and no text of an error that nobody threw on purpose.
    expect(shown.length).toBeGreaterThanOrEqual(METHODS.length + 8);
    expect(shown.filter((name) => name.startsWith('hash of'))).toHaveLength(METHODS.length + 1);
  });
});

describe('names', () => {
  /** The lengths of all datagrams of a few calls of a method with such names. */
  async function lengthsWith(service: string, method: string): Promise<number[]> {
    const sealed = new SealedNetwork();
    const contract = defineService<Record<'echo', (text: string) => string>>(service, { echo: { name: method } });
    sealed.server.serve(contract, { echo: (text) => text });
    const caller = sealed.bindCaller(CALLER);
    const client = createClient(contract, caller.peer(SERVER, sealed.parties.peer));
    for (const text of ['one', 'two', 'three'.repeat(1000)])
      expect(await sealed.network.until(client.echo(text))).toEqual({ received: true, value: text });
    return sealed.sent.map(({ datagram }) => datagram.length);
  }

  test('do not show by how long they are', async () => {
    const short = await lengthsWith('A', 'b');
    expect(short.length).toBeGreaterThan(6);
    expect(await lengthsWith(`A${'Service'.repeat(10)}`, `a${'Method'.repeat(30)}`)).toEqual(short);
  });
});
