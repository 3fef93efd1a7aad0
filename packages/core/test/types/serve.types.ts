/** Compiled, never run. */
import { Reflection, defineService, type RpcChannel, type ServiceContract, type ServiceGuards } from '@rpcudp/core';
import type { EndpointDescription, MethodDescription, ServiceDescription } from '@rpcudp/core/reflection';
import type { ParameterDescription } from '@rpcudp/core/service';
import { createClient, type Client } from '@rpcudp/client';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';
import { z } from 'zod';
import type { Equal, Expect } from './expect.js';

class Greeter {
  sayHi(name: string): string {
    return name;
  }
}

interface Node {
  ping(): string;
}

class Singleton {
  static readonly instance = new Singleton();
  private constructor() {}
  get(): string {
    return '';
  }
}

declare const endpoint: RpcEndpoint;
declare const channel: RpcChannel;
declare const instance: object;
declare const untyped: ServiceContract;
const node = defineService<Node>({ name: 'Node', version: '1', doc: 'Pings.' }, { ping: { doc: 'Pings back.' } });

/** As a generated module has it. */
const guards = {
  service: 'Greeter',
  methods: {
    sayHi: {
      args: z.tuple([z.string()]),
      result: z.string(),
      parameters: [{ name: 'name', type: 'string', optional: false, rest: false }],
      returns: 'string',
      doc: 'Greets.',
    },
  },
} as const satisfies ServiceGuards;

export const served = [
  endpoint.serve(new Greeter()),
  endpoint.serve(instance),
  endpoint.serve(new Greeter(), {}),
  endpoint.serve(new Greeter(), { guards }),
  endpoint.serve(Greeter, new Greeter()),
  endpoint.serve(Greeter, new Greeter(), { guards }),
  endpoint.serve(Singleton.instance),
  endpoint.serve(Singleton, Singleton.instance),
  endpoint.serve(node, { ping: () => 'pong' }),
  endpoint.serve(node, { ping: () => 'pong' }, { guards }),
];

export const mistakes = [
  // @ts-expect-error -- a class is no instance, whoever may construct it
  endpoint.serve(Singleton),

  // @ts-expect-error -- an instance of another class
  endpoint.serve(Singleton, new Greeter()),

  // @ts-expect-error -- a class is no instance
  endpoint.serve(Greeter),

  // @ts-expect-error -- a contract is no instance
  endpoint.serve(node),

  // @ts-expect-error -- a contract is no instance, whatever it is of
  endpoint.serve(untyped),

  // @ts-expect-error -- a contract comes with its implementation, which lacks ping
  endpoint.serve(node, {}),

  // @ts-expect-error -- options are no implementation
  endpoint.serve(node, { guards }),

  // @ts-expect-error -- options are no implementation
  endpoint.serve(Greeter, { guards }),

  // @ts-expect-error -- ping gives a string
  endpoint.serve(node, { ping: () => 1 }),

  // @ts-expect-error -- no such option
  endpoint.serve(new Greeter(), { guard: guards }),

  // @ts-expect-error -- guards that may not be there
  endpoint.serve(new Greeter(), { guards: undefined }),

  // @ts-expect-error -- no guards
  endpoint.serve(new Greeter(), { guards: { sayHi: {} } }),

  // @ts-expect-error -- a version is text
  defineService<Node>({ name: 'Node', version: 1 }, { ping: {} }),
];

export const wrongGuards = {
  service: 'Greeter',
  // @ts-expect-error -- a function is no Standard Schema
  methods: { sayHi: { args: () => true } },
} satisfies ServiceGuards;

const reflection = createClient(Reflection, channel);
export const about = reflection.about().orThrow();
export const services = reflection.services().orThrow();
export const service = reflection.service('Node').orThrow();
// @ts-expect-error -- a name is a string
export const wrongName = reflection.service(1);

export type Reflected = [
  Expect<Equal<keyof Client<Reflection> & string, 'about' | 'services' | 'service'>>,
  Expect<Equal<typeof about, Promise<EndpointDescription>>>,
  Expect<Equal<typeof services, Promise<ServiceDescription[]>>>,
  Expect<Equal<typeof service, Promise<ServiceDescription>>>,
  Expect<Equal<ServiceDescription['methods'], readonly MethodDescription[]>>,
  Expect<Equal<MethodDescription['parameters'], readonly ParameterDescription[]>>,
];
