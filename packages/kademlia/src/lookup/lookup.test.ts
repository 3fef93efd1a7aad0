import fc from 'fast-check';
import recorded from '../../../../docs/vectors/kademlia-wire.json';
import { bruteForce, contact, id } from '../../test/contacts';
import { ModelNetwork, type ModelNode } from '../../test/model-network';
import { ID_BYTES, type NodeId } from '../ids/node-id';
import {
  ANSWER_CONTACTS_MAX,
  BUCKET_CONTACTS,
  CALL_MS_MAX,
  CALL_MS_MIN,
  LOOKUP_CALLS,
  LOOKUP_CALLS_MAX,
  LOOKUP_CONTACTS_MAX,
} from '../limits';
import { contactOf, type Contact } from '../table/contact';
import { Lookup, type LookupOptions } from './lookup';

const TARGET = id('00');
const OWN = id('ff');

/** A lookup with a patience of 100 ms. */
function lookupWith(seeds: readonly Contact[], options: Partial<LookupOptions> = {}): Lookup {
  return new Lookup({ target: TARGET, own: OWN, seeds, resends: true, patienceMs: () => 100, ...options });
}

/** Contacts with ids 01…, 02… and so on: the first is the nearest to the target. */
function inOrder(count: number, from = 1): Contact[] {
  return Array.from({ length: count }, (_, index) =>
    contact((from + index).toString(16).padStart(4, '0'), from + index),
  );
}

const ports = (calls: readonly { readonly contact: Contact }[]): number[] =>
  calls.map((call) => call.contact.port - 1000);

describe('on the recorded networks', () => {
  const cases = recorded.lookups.flatMap(({ ksize, ids, lookups }) =>
    lookups.map(({ target, asker, closest }) => ({ ksize, ids, target, asker, closest })),
  );
  test.each(cases)('$asker of the network with k = $ksize finds exactly the nearest of $target', (recordedCase) => {
    const { ksize, ids, target, asker, closest } = recordedCase;
    const all = ids.map((hex, index) => contact(hex, index));
    const others = all.filter((_, index) => index !== asker);
    const lookup = new Lookup({
      target: id(target),
      own: id(ids[asker]!),
      seeds: [all[asker === 0 ? 1 : 0]!],
      k: ksize,
      resends: false,
      patienceMs: () => 100,
    });
    while (!lookup.done)
      for (const { contact: to } of lookup.takeCalls(0)) lookup.answered(to, bruteForce(others, id(target), ksize));
    const expected = closest.filter((index) => index !== asker).slice(0, ksize);
    expect(lookup.closest.map(({ port }) => port - 1000)).toEqual(expected);
  });
});

describe('without rounds', () => {
  test('a call that has ended makes room for the next one at once', () => {
    const lookup = lookupWith(inOrder(10));
    expect(ports(lookup.takeCalls(0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8].slice(0, LOOKUP_CALLS));
    expect(lookup.takeCalls(0)).toEqual([]);
    lookup.answered(inOrder(10)[1]!, []);
    expect(lookup.takeCalls(0)).toEqual([]);
  });

  test('what is asked next is the nearest of all that is known', () => {
    const seeds = inOrder(10, 5);
    const lookup = lookupWith(seeds);
    const [first] = lookup.takeCalls(0);
    lookup.answered(first!.contact, [contact('0001', 1)]);
    expect(ports(lookup.takeCalls(0))).toEqual([1]);
  });

  test('only the k nearest are asked', () => {
    const seeds = inOrder(10);
    const lookup = lookupWith(seeds, { k: 3, alpha: 10 });
    expect(ports(lookup.takeCalls(0))).toEqual([1, 2, 3]);
    for (const each of seeds.slice(0, 3)) lookup.answered(each, seeds);
    expect([lookup.done, lookup.calls]).toEqual([true, 3]);
    expect(lookup.closest).toEqual(seeds.slice(0, 3));
  });

  test('it ends when nobody is known', () => {
    const lookup = lookupWith([]);
    expect([lookup.done, lookup.takeCalls(0), lookup.closest, lookup.hops]).toEqual([true, [], [], 0]);
  });

  test('stopped, it wants nothing any more', () => {
    const lookup = lookupWith(inOrder(9));
    const [first] = lookup.takeCalls(0);
    lookup.stop();
    expect(lookup.answered(first!.contact, [contact('0001', 99)])).toEqual([]);
    expect([lookup.done, lookup.takeCalls(1000), lookup.nextWake]).toEqual([true, [], Infinity]);
  });
});

describe('slow contacts', () => {
  test('a slow one makes room for another, is sent once again on a wire that does not do so, and then set aside', () => {
    const seeds = inOrder(3);
    const lookup = lookupWith(seeds, { k: 2, alpha: 1 });
    expect(ports(lookup.takeCalls(0))).toEqual([1]);
    expect(lookup.nextWake).toBe(100);
    expect(lookup.takeCalls(99)).toEqual([]);
    expect(lookup.takeCalls(100)).toEqual([
      { contact: seeds[0], again: true },
      { contact: seeds[1], again: false },
    ]);
    lookup.answered(seeds[1]!, []);
    // Another is asked in its place, but the lookup waits for it all the same.
    expect(ports(lookup.takeCalls(150))).toEqual([3]);
    lookup.answered(seeds[2]!, []);
    expect([lookup.takeCalls(299), lookup.done, lookup.nextWake]).toEqual([[], false, 300]);
    lookup.takeCalls(300);
    expect(lookup.done).toBe(true);
    expect(lookup.closest).toEqual(seeds.slice(1));
  });

  test('on a wire that sends again itself, nothing is called twice', () => {
    const lookup = lookupWith(inOrder(1), { resends: false });
    lookup.takeCalls(0);
    expect(lookup.takeCalls(100)).toEqual([]);
  });

  test('the answer of one that was set aside counts as long as the lookup goes on', () => {
    const seeds = inOrder(3);
    const lookup = lookupWith(seeds, { k: 2, alpha: 2 });
    lookup.takeCalls(0);
    lookup.answered(seeds[1]!, []);
    lookup.takeCalls(100);
    lookup.takeCalls(300);
    expect(lookup.answered(seeds[0]!, [])).toEqual([]);
    expect(lookup.closest[0]).toBe(seeds[0]);
  });

  test('one that has always answered is called a third time, and waited for as long as a call may take: CALL_MS_MIN', () => {
    const seeds = inOrder(2);
    const lookup = lookupWith(seeds, { k: 1, patienceMs: () => 50, trusts: (one) => one === seeds[0] });
    lookup.takeCalls(0);
    lookup.takeCalls(50);
    lookup.answered(seeds[1]!, []);
    expect(lookup.takeCalls(150)).toEqual([{ contact: seeds[0], again: true }]);
    expect([lookup.done, lookup.nextWake]).toEqual([false, CALL_MS_MIN]);
    expect([lookup.takeCalls(CALL_MS_MIN - 1), lookup.done]).toEqual([[], false]);
    lookup.takeCalls(CALL_MS_MIN);
    expect([lookup.done, lookup.closest]).toEqual([true, [seeds[1]]]);
  });

  test('one lost answer of two is no silence', () => {
    const seeds = inOrder(2);
    const lookup = lookupWith(seeds, { k: 1 });
    lookup.takeCalls(0);
    expect(ports(lookup.takeCalls(100))).toEqual([1, 2]);
    lookup.answered(seeds[1]!, []);
    lookup.silent(seeds[0]!);
    expect(lookup.done).toBe(false);
    lookup.silent(seeds[0]!);
    expect([lookup.done, lookup.closest]).toEqual([true, [seeds[1]]]);
  });

  test('in a network that is slower than anybody thought, the first answers are waited for', () => {
    const seeds = inOrder(1);
    const lookup = lookupWith(seeds);
    lookup.takeCalls(0);
    lookup.takeCalls(100);
    lookup.takeCalls(300);
    expect(lookup.done).toBe(false);
    lookup.answered(seeds[0]!, []);
    expect([lookup.done, lookup.closest]).toEqual([true, seeds]);
  });

  test('if nobody answers at all, it ends when the last call has', () => {
    const seeds = inOrder(1);
    const lookup = lookupWith(seeds, { resends: false });
    lookup.takeCalls(0);
    lookup.takeCalls(100);
    lookup.takeCalls(300);
    lookup.silent(seeds[0]!);
    expect([lookup.done, lookup.closest]).toEqual([true, []]);
  });
});

describe('on networks of 300 nodes', () => {
  const network = new ModelNetwork(300);
  const lookUps = (count: number, run: (from: ModelNode, target: NodeId) => void): void => {
    for (let time = 0; time < count; time += 1)
      run(network.nodes[Math.floor(network.random.next() * 300)]!, network.random.bytes(20));
  };

  test('in calm, every lookup finds exactly the k nearest, in few hops and calls', () => {
    let [hops, calls] = [0, 0];
    lookUps(100, (from, target) => {
      const { found, lookup } = network.lookUp(from, target);
      expect(found).toEqual(network.nearest(target, 20, from));
      hops += lookup.hops;
      calls += lookup.calls;
    });
    expect(hops / 100).toBeLessThan(Math.log2(300) / 2);
    expect(calls / 100).toBeLessThan(26);
  });

  test('after 30 % have died, no dead node is in a result, and nobody waits for one', () => {
    const dead = network.nodes.filter((_, index) => index % 10 < 3);
    for (const node of dead) node.alive = false;
    let [found, live] = [0, 0];
    lookUps(100, (from, target) => {
      if (!from.alive) return;
      const result = network.lookUp(from, target);
      for (const each of result.found) expect(network.nodes[each.port - 1000]!.alive).toBe(true);
      expect(result.ms).toBeLessThan(CALL_MS_MAX / 3);
      // Each node names the k nearest that it knows, of whom three in ten are dead.
      const [nearest] = network.nearest(target, 1, from);
      if (result.found[0] === nearest) found += 1;
      live += 1;
    });
    for (const node of dead) node.alive = true;
    expect(found).toBe(live);
  });

  test('where a fifth of all calls is lost, nearly all of the k nearest are found', () => {
    let [found, wanted] = [0, 0];
    lookUps(100, (from, target) => {
      const nearest = network.nearest(target, 20, from);
      const keys = new Set(network.lookUp(from, target, { loss: 0.2 }).found.map(({ key }) => key));
      found += nearest.filter(({ key }) => keys.has(key)).length;
      wanted += 20;
    });
    expect(found / wanted).toBeGreaterThan(0.94);
  });

  test('liars that name only each other keep one path out of few, and disjoint paths find what is there all the same', () => {
    const liars = network.nodes.filter((_, index) => index % 5 === 0);
    for (const liar of liars)
      liar.lie = (target) =>
        bruteForce(
          liars.map((each) => each.contact),
          target,
          20,
        );
    const shares = [1, 4].map((paths) => {
      let [reached, of] = [0, 0];
      lookUps(60, (from, target) => {
        const [nearest] = network.nearest(target, 1, from).filter(({ port }) => (port - 1000) % 5 !== 0);
        if (nearest === undefined || from.lie !== undefined) return;
        of += 1;
        if (network.lookUp(from, target, {}, { paths, alpha: 4 }).asked.some(({ key }) => key === nearest.key))
          reached += 1;
      });
      return reached / of;
    });
    for (const liar of liars) liar.lie = undefined;
    expect(shares[1]).toBeGreaterThanOrEqual(0.95);
  });
});

describe('disjoint paths', () => {
  test('share no contact, by id or by address', () => {
    const seeds = inOrder(4);
    const lookup = lookupWith(seeds, { paths: 2, alpha: 2 });
    const [first, second] = lookup.takeCalls(0);
    const named = contact('0000', 77);
    expect(lookup.answered(first!.contact, [named])).toEqual([named]);
    expect(lookup.answered(second!.contact, [named, contactOf(id('00aa'), named.host, named.port)])).toEqual([]);
  });
});

describe('hostile answers', () => {
  test('answers of strangers, and of contacts that were named otherwise, are ignored', () => {
    const seeds = inOrder(2);
    const lookup = lookupWith(seeds);
    lookup.takeCalls(0);
    expect(lookup.answered(contact('0005', 5), inOrder(3, 9))).toEqual([]);
    lookup.silent(contact('0005', 5));
    lookup.silent(contactOf(seeds[0]!.id, '10.9.9.9', 9));
    expect(lookup.done).toBe(false);
  });

  test('ANSWER_CONTACTS_MAX contacts of one answer are heard, BUCKET_CONTACTS of them, and the own id is none of them', () => {
    const seeds = inOrder(1, 500);
    const lookup = lookupWith(seeds);
    lookup.takeCalls(0);
    const named = [contactOf(OWN, '10.9.9.9', 9), ...inOrder(50)];
    expect(lookup.answered(seeds[0]!, named)).toEqual(named.slice(1, ANSWER_CONTACTS_MAX));
    expect(ANSWER_CONTACTS_MAX).toBe(BUCKET_CONTACTS);
  });

  test('one address that is named by many ids is asked once', () => {
    const seeds = inOrder(1, 500);
    const lookup = lookupWith(seeds);
    lookup.takeCalls(0);
    const named = inOrder(20).map(({ id: each }) => contactOf(each, '10.1.1.1', 1));
    expect(lookup.answered(seeds[0]!, named)).toEqual(named.slice(0, 1));
  });

  test('ever nearer inventions end after LOOKUP_CALLS_MAX calls, and are remembered up to LOOKUP_CONTACTS_MAX', () => {
    let number = 0;
    // Each answer names twenty that are nearer than all before.
    const invent = (): Contact[] =>
      Array.from({ length: 20 }, () => {
        number += 1;
        const of = new Uint8Array(20);
        new DataView(of.buffer).setUint32(16, 0xffff_ffff - number);
        return contactOf(of, `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, 1);
      });
    const lookup = lookupWith(invent());
    for (let now = 0; !lookup.done; now += 1)
      for (const { contact: to } of lookup.takeCalls(now)) lookup.answered(to, invent());
    expect(lookup.calls).toBe(LOOKUP_CALLS_MAX);
    expect(LOOKUP_CONTACTS_MAX).toBeGreaterThan(LOOKUP_CALLS_MAX);
  });

  test('whatever is answered and whoever is silent, a lookup ends, asks nobody twice, and gives only who has answered', () => {
    const world = Array.from({ length: 40 }, (_, index) => contact((index * 6).toString(16).padStart(2, '0'), index));
    const answers = fc.array(
      fc.record({ names: fc.array(fc.nat(39), { maxLength: 25 }), answers: fc.boolean(), waits: fc.nat(400) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(
        answers,
        fc.uint8Array({ minLength: ID_BYTES, maxLength: ID_BYTES }),
        fc.record({ k: fc.integer({ min: 1, max: 8 }), paths: fc.integer({ min: 1, max: 3 }), resends: fc.boolean() }),
        (script, target, options) => {
          const lookup = lookupWith(world.slice(0, 3), { target, ...options });
          const asked = new Map<string, number>();
          const live = new Set<string>();
          const open: Contact[] = [];
          let now = 0;
          for (let step = 0; !lookup.done; step += 1) {
            for (const { contact: to, again } of lookup.takeCalls(now)) {
              expect(again).toBe(asked.has(to.address));
              asked.set(to.address, (asked.get(to.address) ?? 0) + 1);
              open.push(to);
            }
            const { names, answers: heard, waits } = script[step % script.length]!;
            now = Math.min(now + waits + 1, Math.max(now, lookup.nextWake === Infinity ? now + 1 : lookup.nextWake));
            const to = open.shift();
            if (to === undefined) continue;
            if (heard) live.add(to.key);
            if (heard)
              lookup.answered(
                to,
                names.map((index) => world[index]!),
              );
            else lookup.silent(to);
          }
          for (const times of asked.values()) expect(times).toBeLessThanOrEqual(options.resends ? 2 : 1);
          for (const each of lookup.closest) expect(live).toContain(each.key);
          expect(lookup.closest).toEqual(bruteForce(lookup.closest, target, options.k));
        },
      ),
      { numRuns: 300 },
    );
  });
});
