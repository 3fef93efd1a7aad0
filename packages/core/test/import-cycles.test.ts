import { join } from 'node:path';
import { cyclesOf, importGraph } from './import-graph';

const PACKAGES = join(__dirname, '..', '..');

test('a file that imports itself by way of others, or of their types, is found', () => {
  const graph = new Map([
    ['a.ts', ['b.ts']],
    ['b.ts', ['c.ts', 'd.ts']],
    ['c.ts', []],
    ['d.ts', ['b.ts']],
  ]);
  expect(cyclesOf(graph)).toEqual([['b.ts', 'd.ts', 'b.ts']]);
});

test.each(['core', 'udp', 'client', 'balance', 'kademlia', 'nats', 'cli'])(
  'no file of %s imports itself by way of others',
  (name) => {
    const graph = importGraph(join(PACKAGES, name, 'src'));
    expect(graph.size).toBeGreaterThan(3);
    // Each import leads to a file that is there, so that none is overlooked.
    expect([...graph.values()].flat().filter((file) => !graph.has(file))).toEqual([]);
    expect(cyclesOf(graph).map((cycle) => cycle.join(' → '))).toEqual([]);
  },
);
