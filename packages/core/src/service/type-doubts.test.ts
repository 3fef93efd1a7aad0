import { SimulatedNetwork } from '../testing/index.js';
import { messagePack } from '../codec/messagepack.js';
import { extensionType } from '../codec/extension.js';
import { contractOf, type ServiceContract } from './contract.js';
import { RpcMethod, RpcService } from './decorators.js';
import { defineService } from './define-service.js';
import { typeDoubts } from './type-doubts.js';

class User {
  greet(): string {
    return 'Hello';
  }
}

@RpcService('Users')
class Users {
  @RpcMethod()
  save(_user: unknown, _mark: unknown = '!', ..._more: unknown[]): string {
    return 'saved';
  }

  @RpcMethod()
  find({ name }: { name: string }): string {
    return name;
  }
}

/** The contract with other types recorded for its methods, as other compilers do. */
function recorded(types: { readonly save?: unknown[]; readonly find?: unknown[] }): ServiceContract<Users> {
  const contract = contractOf(Users);
  const methods = [...contract.methods].map(([property, method]) => [
    property,
    { ...method, parameterTypes: types[property as keyof Users] },
  ]);
  return { ...contract, methods: new Map(methods as [string, never][]) };
}

const doubts = (types: Parameters<typeof recorded>[0]) => typeDoubts(recorded(types), new Users(), () => false);

test('types that say what was declared are not doubted, nor are single methods of which nothing was recorded', () => {
  expect(doubts({ find: [Object] })).toBeUndefined();
  expect(doubts({ save: [String, Object, Number], find: [Object] })).toBeUndefined();
});

test.each<[string, unknown[], string, string]>([
  ['a class that is not there', [undefined, Object, Object], 'save(_user)', 'import cycle'],
  ['a default value', [String, undefined, Object], 'save(_mark)', "mark: string = '!'"],
  ['a type that is imported as one', [Function, Object, Object], 'save(_user)', 'import type'],
  ['an enum', [{ Red: 0 }, Object, Object], 'save(_user)', 'enum'],
  ['a module', [Object.create(null), Object, Object], 'save(_user)', 'no class was recorded but a value'],
  ['the rest in one array', [Object, Object, Array], 'save(_more)', 'swc'],
  ['the rest as nothing', [Object, Object, undefined], 'save(_more)', 'rest parameter'],
  ['a class that never arrives', [User, Object, Object], 'save(_user)', 'extension type for User'],
])('%s is named with its method and parameter, and with what to write', (_what, save, place, words) => {
  const found = doubts({ save });

  expect(found).toMatchObject({ service: 'Users', className: undefined, parameters: [place] });
  expect(found?.causes).toHaveLength(1);
  expect(found?.causes[0]).toMatch(new RegExp(`^Users\\.${place.replace(/[()]/g, '\\$&')}: .*${words}`));
});

test('a parameter without a name is named by its place, and those of one cause are told together', () => {
  expect(doubts({ save: [undefined, Object, Object], find: [undefined] })?.causes).toEqual([
    expect.stringMatching(/^Users\.save\(_user\) and Users\.find\(parameter 1\): neither checked nor converted/),
  ]);
});

test('a compiler that records nothing, where legacy decorators could have types recorded, is told of', () => {
  const found = doubts({});

  expect(found?.parameters).toEqual(['save(_user)', 'save(_mark)', 'save(_more)', 'find(parameter 1)']);
  expect(found?.causes).toEqual([expect.stringMatching(/no types were recorded\. The compiler .* esbuild and tsx/)]);
});

test('nobody misses types of a service that is defined without decorators', () => {
  const service = defineService<{ find(name: string): string }>('Plain', { find: {} });

  expect(typeDoubts(service, { find: (name: string) => name }, () => false)).toBeUndefined();
});

test('a type for this, which Babel records, leaves in doubt which parameter has which', () => {
  expect(doubts({ find: [Object, Object] })?.causes).toEqual([expect.stringContaining('Babel')]);
});

describe('on an endpoint', () => {
  function serve(types: Parameters<typeof recorded>[0], options: object = {}): [string, unknown][] {
    const log: [string, unknown][] = [];
    const keep = (line: string, fields: unknown): void => void log.push([line, fields]);
    const server = new SimulatedNetwork().bind({
      logger: { debug: keep, info: keep, warn: keep, error: keep },
      ...options,
    });
    server.serve(recorded(types), new Users());
    return log;
  }

  test('there is one warning for a service when it is served, for people and for machines', () => {
    const [[line, fields], ...others] = serve({ save: [undefined, undefined, Array], find: [Function] }) as [
      [string, unknown],
    ];

    expect(others).toEqual([]);
    expect(line).toMatch(/^rpcudp: some arguments of Users are not checked as it declares them\. /);
    expect(line).toMatch(/rpcudp generate --guards\.$/);
    expect(fields).toMatchObject({
      event: 'types-doubted',
      service: 'Users',
      parameters: 'save(_user), save(_mark), save(_more), find(parameter 1)',
    });
  });

  test('there is none for a class that the codec makes instances of', () => {
    const user = extensionType(
      1,
      User,
      () => new Uint8Array(1),
      () => new User(),
    );

    expect(serve({ find: [User] })).toHaveLength(1);
    expect(serve({ find: [User] }, { codec: messagePack({ extensions: [user] }) })).toEqual([]);
    const { type, encode, decode, is } = user;
    const byHand = { type, encode, decode, is };
    expect(serve({ find: [User] }, { codec: messagePack({ extensions: [byHand] }) })).toEqual([]);
  });

  test('there is none where nobody knows what a codec makes', () => {
    const { encode, decode } = messagePack();

    expect(serve({ find: [User] }, { codec: { name: 'mine', encode, decode } })).toEqual([]);
  });

  test('without a logger it goes to the console, unless that is not wanted', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const network = new SimulatedNetwork();
    network.bind().serve(recorded({ find: [undefined] }), new Users());
    network.bind({ logLevel: 'error' }).serve(recorded({ find: [undefined] }), new Users());

    expect(warn.mock.calls).toEqual([[expect.stringContaining('rpcudp: some arguments of Users are not checked')]]);
    warn.mockRestore();
  });

  test('a class of another name than its service is named, too', () => {
    class UsersOfToday extends Users {}

    expect(typeDoubts(recorded({ find: [undefined] }), new UsersOfToday(), () => false)?.className).toBe(
      'UsersOfToday',
    );
  });
});
