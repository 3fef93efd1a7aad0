import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import { recordsTypes } from './decorator-kind.js';
import { SimulatedPair } from './simulated-pair.js';

@RpcService('Animal')
class Animal {
  @RpcMethod()
  name(): string {
    return 'animal';
  }

  @RpcMethod({ name: 'make_sound', timeoutMs: 300 })
  sound(times: number): string {
    return '?'.repeat(times);
  }
}

const names = (service: abstract new () => object): string[] => [...contractOf(service).methods.keys()];

test('a subclass that is not decorated is the same service', async () => {
  class Cat extends Animal {
    override name(): string {
      return 'cat';
    }
  }
  const pair = new SimulatedPair(new Cat());

  expect(contractOf(Cat).name).toBe('Animal');
  expect(await pair.value(createClient(Animal, pair.channel).name())).toBe('cat');
  expect(await pair.value(createClient(Cat, pair.channel).sound(2))).toBe('??');
});

test('a decorated subclass is a service of its own with the methods of its base', async () => {
  @RpcService('Dog')
  class Dog extends Animal {}
  const pair = new SimulatedPair(new Dog());

  expect(contractOf(Dog).name).toBe('Dog');
  expect([...contractOf(Dog).methods.values()].map(({ service }) => service)).toEqual(['Dog', 'Dog']);
  expect(contractOf(Animal).name).toBe('Animal');
  expect(await pair.value(createClient(Dog, pair.channel).name())).toBe('animal');
});

test('a method that overrides a remote one is remote as its base declared it', async () => {
  class Cat extends Animal {
    override sound(times: number): string {
      return 'meow'.repeat(times);
    }
  }
  const pair = new SimulatedPair(new Cat());

  expect(contractOf(Cat).methods.get('sound')).toMatchObject({ name: 'make_sound', timeoutMs: 300 });
  expect(contractOf(Cat).methods.get('sound')?.parameterTypes).toEqual(recordsTypes ? [Number] : undefined);
  expect(await pair.value(createClient(Animal, pair.channel).sound(2))).toBe('meowmeow');
});

test('an override that repeats the decorator is declared anew, and stays in its place', async () => {
  class Cat extends Animal {
    @RpcMethod()
    override name(): string {
      return `${super.name()}, a cat`;
    }

    @RpcMethod({ name: 'meow' })
    override sound(times: number, mark = ''): string {
      return 'meow'.repeat(times) + mark;
    }
  }
  const pair = new SimulatedPair(new Cat());
  const cat = createClient(Cat, pair.channel);

  expect(names(Cat)).toEqual(['name', 'sound']);
  expect(contractOf(Cat).methods.get('sound')).toMatchObject({ name: 'meow', timeoutMs: undefined });
  expect(contractOf(Animal).methods.get('sound')).toMatchObject({ name: 'make_sound', timeoutMs: 300 });
  expect(await pair.value(cat.name())).toBe('animal, a cat');
  expect(await pair.value(cat.sound(1, '!'))).toBe('meow!');
  expect(await pair.ask(createClient(Animal, pair.channel).sound(1))).toEqual({ received: false });
});

test('a subclass adds remote methods without changing its base', async () => {
  class Bird extends Animal {
    @RpcMethod()
    fly(): string {
      return 'flap';
    }
  }
  const pair = new SimulatedPair(new Bird());

  expect(names(Bird)).toEqual(['name', 'sound', 'fly']);
  expect(names(Animal)).toEqual(['name', 'sound']);
  expect(await pair.value(createClient(Bird, pair.channel).fly())).toBe('flap');
});

test('sibling subclasses do not see the methods of each other', () => {
  @RpcService('Fish')
  class Fish extends Animal {
    @RpcMethod()
    swim(): void {}
  }
  @RpcService('Horse')
  class Horse extends Animal {
    @RpcMethod()
    gallop(): void {}
  }

  expect(names(Fish)).toEqual(['name', 'sound', 'swim']);
  expect(names(Horse)).toEqual(['name', 'sound', 'gallop']);
  expect(names(Animal)).toEqual(['name', 'sound']);
});

test('three generations give their methods, the oldest first', () => {
  class Bird extends Animal {
    @RpcMethod()
    fly(): void {}
  }
  class Quiet extends Bird {}
  class Penguin extends Quiet {
    @RpcMethod({ name: 'no_fly' })
    override fly(): void {}

    @RpcMethod()
    swim(): void {}
  }

  expect(names(Penguin)).toEqual(['name', 'sound', 'fly', 'swim']);
  expect(contractOf(Penguin).methods.get('fly')?.name).toBe('no_fly');
  expect(contractOf(Quiet).methods.get('fly')?.name).toBe('fly');
});

test('an abstract base that is no service lends its methods to a subclass that is one', async () => {
  abstract class Named {
    protected abstract readonly given: string;

    @RpcMethod()
    nameOf(): string {
      return this.given;
    }
  }
  @RpcService('Person')
  class Person extends Named {
    protected readonly given = 'Snake';
  }
  const pair = new SimulatedPair(new Person());

  expect(await pair.value(createClient(Person, pair.channel).nameOf())).toBe('Snake');
  expect(() => contractOf(Named)).toThrow(/Named is not a service/);
});

test('the client of a subclass can call its base', async () => {
  class Cat extends Animal {}
  const pair = new SimulatedPair(new Animal());

  expect(await pair.value(createClient(Cat, pair.channel).name())).toBe('animal');
});
