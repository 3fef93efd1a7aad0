import type { Contact } from '@rpcudp/kademlia';
import { compareDistance, contactOf, sharedPrefixBits } from '@rpcudp/kademlia/parts';
import { LookupPicture, type Terminal } from './lookup-picture';

const TARGET = new Uint8Array(20);

/** A node that shares so many bits with the target. */
function near(bits: number): Contact {
  const id = new Uint8Array(20);
  id[bits >> 3] = 0x80 >> (bits & 7);
  return contactOf(id, '127.0.0.1', 1000 + bits);
}

/** A terminal that understands what the picture needs: the cursor goes up, and all below is cleared. */
class Screen implements Terminal {
  readonly isTTY = false;
  lines: string[] = [];
  readonly rows: number;
  readonly columns: number;

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
  }

  write(text: string): void {
    // eslint-disable-next-line no-control-regex
    const [, up, rest] = /^(?:\u001b\[(\d+)A\r\u001b\[J)?([^]*)\n$/.exec(text)!;
    if (up !== undefined) this.lines.splice(-Number(up));
    this.lines.push(...rest!.split('\n'));
  }
}

function picture({ rows = 24, columns = 80 } = {}): { readonly screen: Screen; readonly drawn: LookupPicture } {
  const screen = new Screen(rows, columns);
  const distances = {
    bits: ({ id }: Contact) => sharedPrefixBits(TARGET, id),
    compare: (a: Contact, b: Contact) => compareDistance(TARGET, a.id, b.id),
  };
  const drawn = new LookupPicture(distances, screen);
  drawn.begin('my-key', TARGET);
  return { screen, drawn };
}

const heading = `LOOKUP my-key (${'00'.repeat(20)})`;

test('each answer draws the nodes anew, nearest first, with a bar as long as the bits that they share', () => {
  const { screen, drawn } = picture();
  drawn.answered({ contact: near(1), heard: [near(3), near(2)], ms: 1.25 });
  expect(screen.lines).toEqual([
    heading,
    '○ 127.0.0.1:1003               3 bits ███',
    '○ 127.0.0.1:1002               2 bits ██',
    '● 127.0.0.1:1001     1.3 ms    1 bits █',
    '3 nodes heard of, 1 answered',
  ]);
  drawn.answered({ contact: near(3), heard: [], ms: 20 });
  expect(screen.lines[1]).toBe('● 127.0.0.1:1003    20.0 ms    3 bits ███');
  expect(screen.lines).toHaveLength(5);
});

test('at the end those remain that have answered, below what sums them up', () => {
  const { screen, drawn } = picture();
  drawn.answered({ contact: near(1), heard: [near(3), near(2)], ms: 1 });
  drawn.answered({ contact: near(2), heard: [], ms: 2 });
  drawn.end({ nearest: [near(2), near(1)], calls: 3, hops: 2, ms: 4.5, whole: true });
  expect(screen.lines).toEqual([
    heading,
    '● 127.0.0.1:1002     2.0 ms    2 bits ██',
    '● 127.0.0.1:1001     1.0 ms    1 bits █',
    '2 nodes, 3 calls, 2 hops, 4.500 ms',
  ]);
  drawn.end({ nearest: [near(2)], calls: 1, hops: 1, ms: 1, whole: false });
  expect(screen.lines.at(-1)).toBe('1 node, 1 calls, 1 hops, 1.000 ms, not at its end: raise --timeout');
});

test('a small terminal gets fewer and shorter rows, so that no line is wrapped or scrolled away', () => {
  const { screen, drawn } = picture({ rows: 7, columns: 30 });
  drawn.answered({ contact: near(1), heard: [2, 3, 4, 5, 6, 7].map(near), ms: 1 });
  expect(screen.lines).toHaveLength(1 + 3 + 1);
  for (const line of screen.lines.slice(1)) expect(line.length).toBeLessThan(30);
});

test('a terminal that does not know its size is drawn on, too', () => {
  const { screen, drawn } = picture({ rows: 0, columns: 0 });
  drawn.answered({ contact: near(1), heard: [near(0)], ms: 1 });
  expect(screen.lines.slice(1, 3)).toEqual([
    '● 127.0.0.1:1001     1.0 ms    1 bits █',
    '○ 127.0.0.1:1000               0 bits',
  ]);
});
