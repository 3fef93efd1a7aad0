import { createClient, orThrow } from '@rpcudp/client';
import { Reflection, RpcError, defineService, rpcContext, type EndpointStats } from '../../src/index';
import type { EndpointOptions, PeerOptions } from '../../src/endpoint';
import {
  generateKeyPair,
  loadCrypto,
  type AuthorizedCall,
  type PublicKey,
  type SecurityOptions,
} from '../../src/security';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

beforeAll(loadCrypto);

interface Vault {
  open(name: string): string;
  peek(name: string): string;
  whoami(): string;
}

const Vault = defineService<Vault>('Vault', { open: {}, peek: { delivery: 'idempotent' }, whoami: {} });

/** Says who calls. */
class OwnVault implements Vault {
  runs = 0;

  open(name: string): string {
    this.runs += 1;
    return `${name} for ${this.whoami()}`;
  }

  peek(name: string): string {
    return this.open(name);
  }

  whoami(): string {
    const { identity, encrypted } = rpcContext();
    return identity?.publicKey ?? (encrypted ? 'somebody who knows the secret' : 'anybody');
  }
}

const SERVER = generateKeyPair();
const CALLER = generateKeyPair();
const { publicKey } = SERVER;
const SECRET = 'a secret of thirty-two bytes or more';

/** An endpoint that serves the vault, and one that calls it. */
class World {
  readonly network = new SimulatedNetwork({ seed: 1, latencyMs: 20 });
  readonly vault = new OwnVault();
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;

  constructor(server: EndpointOptions, caller: EndpointOptions = {}) {
    this.server = this.network.bind({ logger: silent, ...server });
    this.caller = this.network.bind({ host: '10.0.0.2', logger: silent, timeoutMs: 1000, ...caller });
    this.server.serve(Vault, this.vault);
  }

  /** The result of a call, or the code of its error. */
  async outcome(method: keyof Vault, options: PeerOptions = {}): Promise<string> {
    const client = orThrow(createClient(Vault, this.caller.peer(this.server.address, options)));
    try {
      return await this.network.until(client[method]('gold'));
    } catch (error) {
      return RpcError.from(error).code;
    }
  }

  get dropped(): EndpointStats['dropped'] {
    return this.server.stats().dropped;
  }
}

function secured(server: SecurityOptions, caller: SecurityOptions): World {
  return new World({ security: server }, { security: caller });
}

describe('a handler learns who calls', () => {
  test('by the public key of a caller that has one', async () => {
    const world = secured({ keyPair: SERVER }, { keyPair: CALLER });
    expect(await world.outcome('whoami', { publicKey })).toBe(CALLER.publicKey);
  });

  test('not of one that has none', async () => {
    const world = secured({ keyPair: SERVER }, {});
    expect(await world.outcome('whoami', { publicKey })).toBe('somebody who knows the secret');
  });

  test('nor of one that knows a shared secret', async () => {
    const world = secured({ sharedSecret: SECRET }, { sharedSecret: SECRET });
    expect(await world.outcome('whoami')).toBe('somebody who knows the secret');
  });

  test('and that a call came in the clear, where that is allowed', async () => {
    const world = new World({ security: { keyPair: SERVER, allowPlain: true } });
    expect(await world.outcome('whoami')).toBe('anybody');
  });
});

describe('who must not call', () => {
  const wrong: [string, SecurityOptions, SecurityOptions, PublicKey | undefined][] = [
    ['has the wrong secret', { sharedSecret: SECRET }, { sharedSecret: `${SECRET}!` }, undefined],
    ['was given another key than the server has', { keyPair: SERVER }, { keyPair: CALLER }, CALLER.publicKey],
    ['knows a key, and the server a secret', { sharedSecret: SECRET }, {}, publicKey],
    ['knows a secret, and the server has a key', { keyPair: SERVER }, { sharedSecret: SECRET }, undefined],
  ];

  test.each(wrong)('hears UNAUTHENTICATED if it %s', async (_, server, caller, key) => {
    const world = secured(server, caller);
    const options = key === undefined ? {} : { publicKey: key };
    expect(await world.outcome('open', options)).toBe('UNAUTHENTICATED');
    expect(await world.outcome('peek', options)).toBe('UNAUTHENTICATED');
    expect(world.vault.runs).toBe(0);
    expect(world.dropped['not-authentic']).toBeGreaterThan(0);
    expect(world.server.stats().peers).toHaveLength(0);
    await world.network.until(Promise.all([world.caller.close(), world.server.close()]));
  });

  test('hears nothing if it calls in the clear', async () => {
    const world = new World({ security: { keyPair: SERVER } });
    expect(await world.outcome('peek')).toBe('DEADLINE_EXCEEDED');
    expect(world.server.stats().datagrams.sent).toBe(0);
  });

  test('hears UNAUTHENTICATED from a server that encrypts nothing', async () => {
    const world = new World({}, { security: {} });
    expect(await world.outcome('peek', { publicKey })).toBe('UNAUTHENTICATED');
    expect(world.vault.runs).toBe(0);
  });
});

describe('authorize', () => {
  function asked(answer: SecurityOptions['authorize'], caller: SecurityOptions = { keyPair: CALLER }): World {
    return secured({ keyPair: SERVER, authorize: answer! }, caller);
  }

  test('is told who calls what, from where', async () => {
    const calls: AuthorizedCall[] = [];
    const world = asked((call) => calls.push(call) > 0);
    await world.outcome('open', { publicKey });
    const sender = world.caller.address;
    const { publicKey: key } = CALLER;
    expect(calls).toEqual([{ publicKey: key, encrypted: true, sender, service: 'Vault', method: 'open' }]);
  });

  const refusals: [string, SecurityOptions['authorize']][] = [
    ['says no', () => false],
    ['says no later', () => Promise.resolve(false)],
    ['says no for good', () => ({ allowed: false, remember: true })],
    ['throws', () => raise()],
    ['rejects', () => Promise.reject(new Error('The directory is down.'))],
    ['gives nothing', (() => undefined) as never],
    ['gives something that is true and not true', (() => 'yes') as never],
    ['gives an object that is no permission', (() => ({ allowed: 'yes' })) as never],
  ];

  test.each(refusals)('refuses a call with PERMISSION_DENIED if it %s', async (_, answer) => {
    const world = asked(answer);
    expect(await world.outcome('open', { publicKey })).toBe('PERMISSION_DENIED');
    expect(await world.outcome('peek', { publicKey })).toBe('PERMISSION_DENIED');
    expect(world.vault.runs).toBe(0);
    expect(world.dropped['permission-denied']).toBe(2);
  });

  test('tells a caller that it refuses that nothing ran, and not why', async () => {
    const world = asked(raise);
    const client = createClient(Vault, world.caller.peer(world.server.address, { publicKey }));
    await expect(world.network.until(client.open('gold'))).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      executed: 'no',
      origin: 'remote',
      message: expect.not.stringContaining('directory') as string,
    });
  });

  test('lets a call run if it says yes, at once or later', async () => {
    const now = asked(({ publicKey: key }) => key === CALLER.publicKey);
    expect(await now.outcome('open', { publicKey })).toBe(`gold for ${CALLER.publicKey}`);
    const later = asked(({ method }) => Promise.resolve({ allowed: method === 'peek', remember: false }));
    expect(await later.outcome('peek', { publicKey })).toBe(`gold for ${CALLER.publicKey}`);
    expect(await later.outcome('open', { publicKey })).toBe('PERMISSION_DENIED');
  });

  test('is asked once for each method of an association if it says so', async () => {
    const methods: string[] = [];
    const world = asked(({ method }) => ({ allowed: methods.push(method) > 0, remember: true }));
    for (let call = 0; call < 3; call += 1) {
      await world.outcome('open', { publicKey });
      await world.outcome('peek', { publicKey });
    }
    expect(methods).toEqual(['open', 'peek']);
    // Another association is another caller.
    const other = world.network.bind({ host: '10.0.0.3', security: { keyPair: generateKeyPair() } });
    await world.network.until(createClient(Vault, other.peer(world.server.address, { publicKey })).open('gold'));
    expect(methods).toEqual(['open', 'peek', 'open']);
  });

  test('is asked again for each call if it does not', async () => {
    let calls = 0;
    const world = asked(() => (calls += 1) > 0);
    for (let call = 0; call < 3; call += 1) await world.outcome('open', { publicKey });
    expect(calls).toBe(3);
  });

  test('is asked on the rpcudp wire as well, where nobody is known', async () => {
    const calls: AuthorizedCall[] = [];
    const authorize = (call: AuthorizedCall): boolean => calls.push(call) < 0;
    const world = new World(
      { wires: ['rpcudp', 'native'], security: { keyPair: SERVER, authorize } },
      { wires: ['rpcudp'] },
    );
    expect(await world.outcome('open')).toBe('DEADLINE_EXCEEDED');
    expect(calls).toMatchObject([{ publicKey: undefined, encrypted: false, method: 'open' }]);
    expect(world.dropped['permission-denied']).toBe(1);
  });

  test('is asked for reflection as for any other service', async () => {
    const services = new Set<string>();
    const authorize = ({ service }: AuthorizedCall): boolean => !services.add(service).has('rpcudp.Reflection');
    const world = new World({ reflection: true, security: { keyPair: SERVER, authorize } }, { security: {} });
    const client = createClient(Reflection, world.caller.peer(world.server.address, { publicKey }));
    await expect(world.network.until(client.services())).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect([...services]).toEqual(['rpcudp.Reflection']);
  });
});

function raise(): never {
  throw new Error('The directory is down.');
}

describe('a call back', () => {
  interface Door {
    ring(): Promise<string>;
  }
  const Door = defineService<Door>('Door', { ring: {} });

  /** A server that asks its caller for its name. */
  function doors(server: SecurityOptions, caller: SecurityOptions): World {
    const world = secured(server, caller);
    world.server.serve(Door, { ring: () => orThrow(createClient(Vault, rpcContext().peer)).whoami() });
    world.caller.serve(Vault, new OwnVault());
    return world;
  }

  async function ring(world: World, options: PeerOptions = {}): Promise<string> {
    return world.network.until(orThrow(createClient(Door, world.caller.peer(world.server.address, options))).ring());
  }

  test('is encrypted, and shows who the server is to a caller that knows that already', async () => {
    const both = doors({ keyPair: SERVER }, { keyPair: CALLER });
    expect(await ring(both, { publicKey })).toBe(publicKey);
    expect(await ring(doors({ keyPair: SERVER }, {}), { publicKey })).toBe(publicKey);
    expect(await ring(doors({ sharedSecret: SECRET }, { sharedSecret: SECRET }))).toBe('somebody who knows the secret');
  });
});

describe('a peer of an endpoint with security', () => {
  const to = { host: '10.0.0.9', port: 9 };

  function peerOf(options: EndpointOptions, peer: PeerOptions): () => unknown {
    const endpoint = new SimulatedNetwork().bind({ logger: silent, ...options });
    return () => endpoint.peer(to, peer);
  }

  const refused: [string, EndpointOptions, PeerOptions, string][] = [
    ['without its key', { security: {} }, {}, 'publicKey'],
    ['without its key, from one with an identity', { security: { keyPair: CALLER } }, {}, 'publicKey'],
    ['with a key from an endpoint without security', {}, { publicKey }, 'security: {}'],
    [
      'with a key over another wire',
      { wires: ['rpcudp', 'native'], security: {} },
      { wire: 'rpcudp', publicKey },
      'rpcudp',
    ],
    ['with a key that is none', { security: {} }, { publicKey: 'nobody' }, '43 characters'],
    ['with early data that is no boolean', { security: {} }, { publicKey, earlyData: 1 as never }, 'earlyData'],
  ];

  test.each(refused)('is refused %s', (_, options, peer, words) => {
    expect(peerOf(options, peer)).toThrow(words);
  });

  test('speaks the native wire unless another one is named', async () => {
    const world = new World(
      { wires: ['rpcudp', 'native'], security: { keyPair: SERVER } },
      { wires: ['rpcudp', 'native'], security: {} },
    );
    expect(() => world.caller.peer(world.server.address)).toThrow('publicKey');
    expect(await world.outcome('whoami', { publicKey })).toBe('somebody who knows the secret');
    expect(await world.outcome('whoami', { wire: 'rpcudp' })).toBe('anybody');
  });

  test('may be called in the clear if that is allowed, and never if its key is known', async () => {
    const world = new World({}, { security: { allowPlain: true } });
    expect(await world.outcome('peek')).toBe('gold for anybody');
    expect(await world.outcome('peek', { publicKey })).toBe('UNAUTHENTICATED');
  });
});

describe('early data', () => {
  test.each([
    ['takes one round trip for a call that may run twice', 'peek', {}, false, 40],
    ['waits for the handshake with one that may not', 'open', {}, false, 80],
    ['does not where both sides say so', 'open', { earlyData: true }, true, 40],
  ] as const)('%s', async (_, method, options, earlyData, ms) => {
    const world = secured({ keyPair: SERVER, earlyData }, { keyPair: CALLER });
    const began = world.network.clock.now;
    expect(await world.outcome(method, { publicKey, ...options })).toBe(`gold for ${CALLER.publicKey}`);
    expect(Math.round(world.network.clock.now - began)).toBe(ms);
  });

  test('is refused by a server that does not take it from a caller that sends it', async () => {
    const world = secured({ keyPair: SERVER }, { keyPair: CALLER });
    expect(await world.outcome('open', { publicKey, earlyData: true })).toBe('UNAUTHENTICATED');
    expect(world.vault.runs).toBe(0);
  });
});

describe('an endpoint that is bound', () => {
  const bind = (options: object) => () => new SimulatedNetwork().bind(options);

  test.each([
    ['security that is undefined', { security: undefined }, 'security must be an object'],
    ['security without the native wire', { wires: ['rpcudp'], security: {} }, 'native'],
    ['a key pair and a secret', { security: { keyPair: SERVER, sharedSecret: SECRET } }, 'not both'],
  ])('is refused with %s', (_, options, words) => {
    expect(bind(options)).toThrow(words);
  });
});

test('a server with the same key at the same address makes its callers forget the one before it', async () => {
  const world = secured({ keyPair: SERVER }, { keyPair: CALLER });
  const { address } = world.server;
  expect(await world.outcome('peek', { publicKey })).toBe(`gold for ${CALLER.publicKey}`);
  world.server.crash();
  const restarted = world.network.bind({ ...address, security: { keyPair: SERVER } });
  restarted.serve(Vault, new OwnVault());
  const began = world.network.clock.now;
  expect(await world.outcome('peek', { publicKey })).toBe(`gold for ${CALLER.publicKey}`);
  expect(world.network.clock.now - began).toBeLessThan(200);
});
