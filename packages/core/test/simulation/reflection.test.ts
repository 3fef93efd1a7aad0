import { createClient, orThrow, type OrThrow } from '@rpcudp/client';
import { z } from 'zod';
import { Reflection, defineService, type ServiceGuards } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { outcomeOf, silent } from './fixtures';

interface Counter {
  add(step: number): number;
}
const Counter = defineService<Counter>({ name: 'Counter', version: '3', doc: 'Counts.' }, { add: { timeoutMs: 500 } });
const guards = {
  service: 'Counter',
  methods: {
    add: {
      args: z.tuple([z.number()]),
      result: z.number(),
      parameters: [{ name: 'step', type: 'number' }],
      returns: 'number',
      doc: 'Adds a step.',
    },
  },
} satisfies ServiceGuards;

interface Setting {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly reflection: OrThrow<Reflection>;
}

function simulate(options: Parameters<SimulatedNetwork['bind']>[0] = { reflection: true }): Setting {
  const network = new SimulatedNetwork();
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...options });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, wires: ['native', 'rpcudp'] });
  const reflection = orThrow(createClient(Reflection, caller.peer(server.address)));
  return { network, server, caller, reflection };
}

describe('an endpoint with reflection', () => {
  test('tells what it is and what it serves, itself included, whenever that was served', async () => {
    const { network, server, reflection } = simulate({ reflection: true, wires: ['native', 'rpcudp'] });
    expect(await network.until(reflection.about())).toEqual({
      library: 'rpcudp',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      wires: ['native', 'rpcudp'],
    });
    expect((await network.until(reflection.services())).map(({ name }) => name)).toEqual(['rpcudp.Reflection']);

    server.serve(Counter, { add: (step) => step + 1 }, { guards });

    expect((await network.until(reflection.services())).map(({ name }) => name)).toEqual([
      'rpcudp.Reflection',
      'Counter',
    ]);
    expect(await network.until(reflection.service('Counter'))).toStrictEqual({
      name: 'Counter',
      version: '3',
      doc: 'Counts.',
      methods: [
        {
          name: 'add',
          property: 'add',
          delivery: 'at-most-once',
          shape: 'unary',
          timeoutMs: 500,
          parameters: [{ name: 'step', type: 'number' }],
          returns: 'number',
          doc: 'Adds a step.',
        },
      ],
    });
  });

  test('describes its own methods as fully as any', async () => {
    const { network, reflection } = simulate();
    const { methods } = await network.until(reflection.service('rpcudp.Reflection'));
    expect(methods.map(({ name, delivery, parameters, returns }) => [name, delivery, parameters, returns])).toEqual([
      ['about', 'idempotent', [], 'EndpointDescription'],
      ['services', 'idempotent', [], 'ServiceDescription[]'],
      ['service', 'idempotent', [{ name: 'name', type: 'string' }], 'ServiceDescription'],
    ]);
  });

  test('says NOT_FOUND with the services that there are, also to the caller', async () => {
    const { network, reflection } = simulate();
    await expect(network.until(reflection.service('Counter'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'This endpoint serves no service of that name. There are: rpcudp.Reflection.',
      details: { services: ['rpcudp.Reflection'] },
      origin: 'remote',
    });
  });

  test('refuses arguments that are none of its methods', async () => {
    const { network, reflection } = simulate();
    const untyped = reflection as unknown as OrThrow<{
      about(...args: unknown[]): unknown;
      service(...args: unknown[]): unknown;
    }>;
    for (const call of [untyped.service(7), untyped.service(), untyped.about('x')])
      expect(await network.until(call.catch((error: unknown) => error))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('ends a listing that no answer holds in a clear error, and not in silence', async () => {
    const { network, server, reflection } = simulate();
    for (const name of ['A', 'B'])
      server.serve(defineService<Counter>({ name, doc: 'x'.repeat(600_000) }, { add: {} }), { add: (step) => step });
    await expect(network.until(reflection.services())).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      origin: 'remote',
      executed: 'yes',
      details: { services: ['rpcudp.Reflection', 'A', 'B'] },
    });
    expect(await network.until(reflection.service('A'))).toMatchObject({ name: 'A' });
  });

  test('keeps it off the rpcudp wire, whose names are flat, and leaves them to others', async () => {
    const { network, server, caller } = simulate({ reflection: true, wires: ['native', 'rpcudp'] });
    const old = caller.peer(server.address, { wire: 'rpcudp' });
    expect(await network.until(outcomeOf(createClient(Reflection, old).about()))).toBe('silence');
    expect(server.stats().dropped['unknown-method']).toBe(1);

    const Python = defineService<{ services(): string }>('Python', { services: {} });
    server.serve(Python, { services: () => 'of a Python peer' });

    expect(await network.until(outcomeOf(createClient(Python, old).services()))).toBe('of a Python peer');
  });

  test('serves no other service of that name', () => {
    const { server } = simulate();
    const Other = defineService<Counter>('rpcudp.Reflection', { add: {} });
    expect(() => server.serve(Other, { add: (step) => step })).toThrow(/serves a service called "rpcudp\.Reflection"/);
  });
});

describe('the option reflection', () => {
  test('is off unless it is set', async () => {
    const { network, reflection } = simulate({});
    await expect(network.until(reflection.about())).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
  });

  test.each([1, 'yes'])('is true or false, not %j', (value) => {
    expect(() => simulate({ reflection: value as unknown as boolean })).toThrow(/reflection must be true or false/);
  });

  test('needs the native wire', () => {
    expect(() => simulate({ reflection: true, wires: ['rpcudp'] })).toThrow(
      "reflection needs the native wire. Add 'native' to wires, or leave reflection out.",
    );
  });
});

describe('guards given to serve()', () => {
  test('refuse arguments before the handler runs, and results before they are sent', async () => {
    const { network, server, caller } = simulate();
    const add = jest.fn((step: unknown) => (step === 2 ? 'two' : (step as number) + 1));
    server.serve(Counter, { add } as unknown as Counter, { guards });
    const counter = createClient(Counter, caller.peer(server.address));
    expect(await network.until(outcomeOf(counter.add(1)))).toBe(2);
    expect(await network.until(outcomeOf(counter.add('1' as never)))).toBe('INVALID_ARGUMENT');
    expect(add).toHaveBeenCalledTimes(1);
    expect(await network.until(outcomeOf(counter.add(2)))).toBe('INTERNAL');
  });

  test('that are not those of the service keep all of it from being served', async () => {
    const { network, server, caller, reflection } = simulate();
    const wrong = { ...guards, methods: { ...guards.methods, reset: {} } };
    expect(() => server.serve(Counter, { add: (step) => step }, { guards: wrong })).toThrow(
      'There are guards for Counter.reset, which is no remote method. Generate the guards again: rpcudp generate --guards.',
    );
    const counter = createClient(Counter, caller.peer(server.address));
    expect(await network.until(outcomeOf(counter.add(1)))).toBe('UNIMPLEMENTED');
    expect(await network.until(reflection.services())).toHaveLength(1);
  });
});
