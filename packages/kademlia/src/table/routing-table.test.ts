import fc from 'fast-check';
import recorded from '../../../../docs/vectors/kademlia-wire.json';
import { bruteForce, contact, id } from '../../test/contacts';
import { ID_BYTES } from '../ids/node-id';
import { BUCKET_SPARES, QUIET_MS, SILENCES_MAX, SUSPECT_RETRY_MS, SUSPECT_RETRY_MS_MAX } from '../limits';
import { contactOf, type Contact } from './contact';
import { RoutingTable } from './routing-table';

const ids = fc.uint8Array({ minLength: ID_BYTES, maxLength: ID_BYTES });
const OWN = id('00');

/** A table of one bucket that is full, and does not hold the own id: ids with the first bit set. */
function fullBucket(k: number): { table: RoutingTable; contacts: Contact[] } {
  const table = new RoutingTable({ own: OWN, k });
  const contacts = Array.from({ length: k }, (_, index) => contact(`8${index.toString(16)}`, index));
  for (const each of contacts) table.answered(each, 0);
  // Makes the table split, so that the own bucket is another one.
  table.answered(contact('01', 100), 0);
  return { table, contacts };
}

describe('the nearest contacts', () => {
  test.each(recorded.routing_tables.map((table, index) => ({ index, ...table })))(
    'are exactly those of the recorded table $index, where the Python library misses some',
    ({ own, added, buckets, ksize, find_neighbors }) => {
      const known = new Set(buckets.flatMap(({ nodes }) => nodes));
      const table = new RoutingTable({ own: id(own), k: added.length });
      for (const index of known) table.answered(contact(added[index]!, index), 0);
      for (const { target, closest_known } of find_neighbors) {
        const found = table.closest(id(target), ksize).map(({ port }) => port - 1000);
        expect(found).toEqual(closest_known);
      }
    },
  );

  test('are exactly those of all that are known, for any ids, targets and ways to split', () => {
    fc.assert(
      fc.property(
        ids,
        fc.array(ids, { maxLength: 120 }),
        ids,
        fc.record({ k: fc.integer({ min: 1, max: 8 }), bitsPerHop: fc.integer({ min: 1, max: 5 }) }),
        (own, all, target, { k, bitsPerHop }) => {
          const table = new RoutingTable({ own, k, bitsPerHop });
          for (const [index, each] of all.entries()) table.answered(contact(each, index), index);
          const known = [...table.contacts()];
          for (const count of [1, k, 20, all.length + 1])
            expect(table.closest(target, count)).toEqual(bruteForce(known, target, count));
        },
      ),
    );
  });

  test('are named without suspects, and asked with them', () => {
    const table = new RoutingTable({ own: OWN });
    const [near, far] = [contact('10', 1), contact('80', 2)];
    table.answered(near, 0);
    table.answered(far, 0);
    table.silent(near, 1);
    expect(table.closest(id('10'), 5)).toEqual([far]);
    expect(table.closestOfAll(id('10'), 5)).toEqual([near, far]);
    expect([table.size, table.suspects, table.trusts(near), table.trusts(far)]).toEqual([2, 1, false, true]);
  });

  test('can leave out who asks', () => {
    const table = new RoutingTable({ own: OWN });
    const [one, two] = [contact('10', 1), contact('80', 2)];
    table.answered(one, 0);
    table.answered(two, 0);
    expect(table.closest(id('10'), 5, ({ address }) => address === one.address)).toEqual([two]);
  });
});

describe('buckets', () => {
  test('no bucket has more than k contacts, and every contact shares the prefix of its bucket', () => {
    fc.assert(
      fc.property(ids, fc.array(ids, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (own, all, k) => {
        const table = new RoutingTable({ own, k });
        for (const [index, each] of all.entries()) table.answered(contact(each, index), index);
        const buckets = table.describe();
        for (const { contacts, spares } of buckets) {
          expect(contacts).toBeLessThanOrEqual(k);
          expect(spares).toBeLessThanOrEqual(k);
        }
        expect(buckets.reduce((sum, { contacts }) => sum + contacts, 0)).toBe(table.size);
      }),
    );
  });

  test('all who share the longest prefixes with the own id are kept, however many others there are', () => {
    const table = new RoutingTable({ own: OWN, k: 2 });
    for (let index = 0; index < 60; index += 1) table.answered(contact(`${(index + 4).toString(16)}f`, index), 0);
    const near = [contact('0001', 100), contact('01', 101), contact('02', 102)];
    for (const each of near) expect(table.answered(each, 0).change).toBe('added');
    expect(table.describe().length).toBeGreaterThan(5);
  });

  test('splitting by more bits keeps more contacts far from the own id', () => {
    const sizes = [1, 5].map((bitsPerHop) => {
      const table = new RoutingTable({ own: OWN, k: 2, bitsPerHop });
      for (let index = 128; index < 256; index += 1) table.answered(contact(index.toString(16), index), 0);
      return table.size;
    });
    expect(sizes).toEqual([2, 32]);
  });

  test('the own id is never a contact', () => {
    const table = new RoutingTable({ own: OWN });
    expect(table.answered(contact(OWN, 1), 0)).toEqual({ change: 'refused' });
    expect(table.wants(contact(OWN, 1))).toBe(false);
  });

  test('stale ones are given with an id inside them, once', () => {
    const { table } = fullBucket(3);
    table.lookedFor(id('80'), 1000);
    const stale = table.takeStale(500, 2000, (length) => new Uint8Array(length).fill(0xff));
    expect(stale).toEqual([Uint8Array.from([0x7f, ...new Array<number>(19).fill(0xff)])]);
    expect(table.takeStale(500, 2000, (length) => new Uint8Array(length))).toEqual([]);
  });
});

describe('contacts that are silent', () => {
  test('one lost answer removes nobody: the contact is suspect, and trusted again when it answers', () => {
    const { table, contacts } = fullBucket(3);
    expect(table.silent(contacts[0]!, 10)).toEqual({});
    expect(table.size).toBe(4);
    expect(table.answered(contacts[0]!, 20).change).toBe('known');
    expect(table.suspects).toBe(0);
  });

  test('a spare is asked before it takes the entry of a suspect', () => {
    const { table, contacts } = fullBucket(3);
    const spare = contact('8f', 50);
    expect(table.answered(spare, 1)).toEqual({ change: 'spare' });
    expect(table.silent(contacts[1]!, 2)).toEqual({ check: spare });
    expect(table.answered(spare, 3)).toEqual({ change: 'replaced', evicted: contacts[1] });
    expect(table.get(contacts[1]!.key)).toBeUndefined();
  });

  test('of several suspects the one that was silent most often goes first', () => {
    const { table, contacts } = fullBucket(3);
    for (const [index, times] of [1, 2, 1].entries())
      for (let time = 0; time < times; time += 1) table.silent(contacts[index]!, time);
    expect(table.answered(contact('8e', 51), 9).evicted).toBe(contacts[1]);
  });

  test('after SILENCES_MAX silences a spare takes the entry at once, and is asked', () => {
    const { table, contacts } = fullBucket(2);
    const spare = contact('8f', 50);
    table.answered(spare, 1);
    for (let time = 1; time < SILENCES_MAX; time += 1) expect(table.silent(contacts[0]!, time).evicted).toBeUndefined();
    expect(table.silent(contacts[0]!, 9)).toEqual({ evicted: contacts[0], check: spare });
    expect(table.trusts(spare)).toBe(true);
  });

  test('without a spare nobody is removed, so that a partition heals: suspects are due to be asked again, ever later', () => {
    const { table, contacts } = fullBucket(3);
    for (const each of contacts) table.silent(each, 0);
    expect(table.takeSuspectsDue(SUSPECT_RETRY_MS - 1)).toEqual([]);
    expect(table.takeSuspectsDue(SUSPECT_RETRY_MS)).toEqual(contacts);
    expect(table.takeSuspectsDue(SUSPECT_RETRY_MS)).toEqual([]);
    for (let time = 0; time < 20; time += 1) for (const each of contacts) table.silent(each, 0);
    expect(table.size).toBe(4);
    expect(table.takeSuspectsDue(SUSPECT_RETRY_MS_MAX)).toEqual(contacts);
  });

  test('who is not known, or known elsewhere, changes nothing', () => {
    const { table, contacts } = fullBucket(3);
    expect(table.silent(contact('8c', 60), 0)).toEqual({});
    expect(table.silent(contactOf(contacts[0]!.id, '10.9.9.9', 9), 0)).toEqual({});
    expect(table.suspects).toBe(0);
  });
});

describe('full buckets', () => {
  test('the longest quiet contact is asked whether it is there, unless it answered a moment ago', () => {
    const { table, contacts } = fullBucket(3);
    for (const each of contacts.slice(1)) table.answered(each, 5);
    expect(table.answered(contact('8f', 50), QUIET_MS - 1)).toEqual({ change: 'spare' });
    expect(table.answered(contact('8e', 51), QUIET_MS)).toEqual({ change: 'spare', check: contacts[0] });
  });

  test('spares are bounded, and the oldest go', () => {
    const table = new RoutingTable({ own: OWN });
    for (let index = 128; index < 256; index += 1) table.answered(contact(index.toString(16), index), 0);
    table.answered(contact('01', 1), 0);
    table.answered(contact('81ff', 400), 0);
    const [, full] = table.describe();
    expect(full).toEqual({ bits: 1, contacts: 20, spares: BUCKET_SPARES });
    // The newest is asked first.
    expect(table.silent(contact('80', 128), 1).check?.port).toBe(1400);
  });

  test('a contact without room is not wanted; with a suspect in its bucket it is', () => {
    const { table, contacts } = fullBucket(3);
    const newcomer = contact('8f', 50);
    expect([table.wants(newcomer), table.wants(contacts[0]!), table.wants(contact('02', 51))]).toEqual([
      false,
      false,
      true,
    ]);
    table.silent(contacts[0]!, 1);
    expect([table.wants(newcomer), table.wants(contacts[0]!)]).toEqual([true, true]);
  });
});

describe('ids and addresses that contradict each other', () => {
  const [here, there] = ['10.0.0.1', '10.0.0.2'];
  const at = (host: string, of = '80'): Contact => contactOf(id(of), host, 1);

  test('a known id at another address does not move as long as the old address answers', () => {
    const table = new RoutingTable({ own: OWN });
    table.answered(at(here), 0);
    expect(table.answered(at(there), 1)).toEqual({ change: 'refused', check: at(here) });
    expect(table.answered(at(here), 2).change).toBe('known');
    table.silent(at(here), 3);
    expect(table.get(at(here).key)?.host).toBe(here);
  });

  test('it moves as soon as the old address is silent', () => {
    const table = new RoutingTable({ own: OWN });
    table.answered(at(here), 0);
    table.answered(at(there), 1);
    expect(table.silent(at(here), 2).evicted).toEqual(at(here));
    expect([table.size, table.trusts(at(there))]).toEqual([1, true]);
  });

  test('a suspect moves at once', () => {
    const table = new RoutingTable({ own: OWN });
    table.answered(at(here), 0);
    table.silent(at(here), 1);
    expect(table.answered(at(there), 2)).toEqual({ change: 'moved' });
  });

  test('an address with a new id that it told itself loses the old one: restarts do not pile up', () => {
    const table = new RoutingTable({ own: OWN });
    table.answered(at(here, '80'), 0);
    expect(table.answered(at(here, '40'), 1)).toEqual({ change: 'added', evicted: at(here, '80') });
    expect(table.size).toBe(1);
  });

  test('an id that only others told takes nothing from anybody', () => {
    const table = new RoutingTable({ own: OWN });
    table.answered(at(here, '80'), 0);
    expect(table.answered(at(here, '40'), 1, false).change).toBe('refused');
    expect(table.answered(at(there, '80'), 1, false).change).toBe('refused');
    table.silent(at(here, '80'), 2);
    expect(table.answered(at(there, '80'), 3, false).change).toBe('refused');
    expect(table.get(at(here, '80').key)?.host).toBe(here);
  });

  test('whatever answers and is silent, ids and addresses stay one to one', () => {
    const step = fc.record({
      of: fc.constantFrom('80', '81', '82', '90', 'c0', '40', '01'),
      host: fc.integer({ min: 1, max: 6 }),
      event: fc.constantFrom('answered', 'unproven', 'silent', 'removed'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const table = new RoutingTable({ own: OWN, k: 2 });
        for (const [now, { of, host, event }] of steps.entries()) {
          const each = at(`10.0.0.${host}`, of);
          if (event === 'silent') table.silent(each, now);
          else if (event === 'removed') table.remove(each);
          else table.answered(each, now, event === 'answered');
          const all = [...table.contacts()];
          expect(new Set(all.map(({ address }) => address)).size).toBe(all.length);
          expect(
            table
              .closestOfAll(OWN, 99)
              .map(({ key }) => key)
              .sort(),
          ).toEqual(all.map(({ key }) => key).sort());
          for (const known of all) expect(table.get(known.key)).toBe(known);
        }
      }),
      { numRuns: 500 },
    );
  });
});
