/** `forwardMetadata()`: what a handler was called with goes on to those that it calls. */
import { createClient, withOptions } from '@rpcudp/client';
import { RpcMethod, RpcService } from '../../../src/index';
import { type ClientInterceptor, forwardMetadata } from '../../../src/interceptors';
import { Desk, worldOf, type WorldOptions } from './world';

/** A server in the middle, which calls the desk. */
function chainOf(
  interceptors: readonly ClientInterceptor[],
  metadata?: Record<string, string>,
  options: WorldOptions = {},
) {
  const world = worldOf(options);
  const { network, server, caller } = world;
  const middle = network.bind({
    host: '10.0.0.9',
    port: 9,
    wires: ['native', 'rpcudp'],
    interceptors: { client: interceptors },
  });
  const wire = options.server?.wires?.[0] ?? 'native';
  const desk = createClient(Desk, middle.peer(server.address, { wire }), metadata === undefined ? {} : { metadata });
  @RpcService('Middle')
  class Middle {
    @RpcMethod()
    async ask(): Promise<Record<string, string>> {
      await Promise.resolve();
      return desk.metadata().orThrow();
    }
  }
  middle.serve(new Middle());
  return { ...world, desk, middle: createClient(Middle, caller.peer(middle.address)) };
}

describe('forwardMetadata()', () => {
  test('passes on the words that it names, and no others', async () => {
    const { network, middle, desk } = chainOf([forwardMetadata(['tenant', 'trace', 'absent'])], { own: 'o' });
    const known = withOptions(middle, { metadata: { tenant: 'acme', trace: 't1', secret: 's' } });
    expect(await network.until(known.ask().orThrow())).toEqual({ own: 'o', tenant: 'acme', trace: 't1' });
    // Outside of a handler there is nothing to pass on.
    expect(await network.until(desk.metadata().orThrow())).toEqual({ own: 'o' });
  });

  test('does not replace what a call has already', async () => {
    const { network, middle } = chainOf([forwardMetadata(['tenant'])], { tenant: 'own' });
    expect(
      await network.until(
        withOptions(middle, { metadata: { tenant: 'acme' } })
          .ask()
          .orThrow(),
      ),
    ).toEqual({ tenant: 'own' });
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'takes nothing for a word that every object has: %s',
    async (name) => {
      const { network, middle } = chainOf([forwardMetadata([name])]);
      expect(await network.until(middle.ask().orThrow())).toEqual({});
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  test('adds nothing to calls over the rpcudp wire, which would refuse it', async () => {
    const { network, middle } = chainOf([forwardMetadata(['tenant'])], undefined, { server: { wires: ['rpcudp'] } });
    expect(
      await network.until(
        withOptions(middle, { metadata: { tenant: 'acme' } })
          .ask()
          .orThrow(),
      ),
    ).toEqual({});
  });

  test.each([[undefined], ['tenant'], [['']], [[1]]])('takes no names that are none: %p', (names) => {
    expect(() => forwardMetadata(names as never)).toThrow('forwardMetadata() takes an array of names');
  });
});
