import * as fc from 'fast-check';
import { Roster, type Listed } from './roster';

test('holds what was added and not removed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (steps) => {
      const roster = new Roster<Listed>();
      const entries = Array.from({ length: 21 }, (): Listed => ({ rosterIndex: -1 }));
      const model = new Set<Listed>();
      for (const step of steps) {
        const entry = entries[step]!;
        if (model.delete(entry)) roster.remove(entry);
        else roster.add(entry);
        if (entry.rosterIndex >= 0) model.add(entry);
        expect(roster.size).toBe(model.size);
        expect(new Set(roster.entries)).toEqual(model);
        expect(roster.last === undefined).toBe(model.size === 0);
      }
    }),
  );
});

test('removing what is not there does nothing', () => {
  const roster = new Roster<Listed>();
  const [a, b] = [{ rosterIndex: -1 }, { rosterIndex: -1 }];
  roster.add(a);
  roster.remove(b);
  roster.remove(a);
  roster.remove(a);
  expect(roster.size).toBe(0);
});

test('rosters that were empty share nothing once they are not', () => {
  const [one, other] = [new Roster<Listed>(), new Roster<Listed>()];
  one.add({ rosterIndex: -1 });
  expect([one.size, other.size, new Roster<Listed>().size]).toEqual([1, 0, 0]);
});
