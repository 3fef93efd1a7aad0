import { barChart } from '../src/network/chart';
import { parseCommandLine } from '../src/network/command-line';
import { tablesOf, withTables } from '../src/network/documents';
import { nameOf, parseLink } from '../src/network/link';
import { both } from '../src/network/parts/both';
import { bulk } from '../src/network/parts/bulk';
import { fairness } from '../src/network/parts/fairness';
import type { Wishes } from '../src/network/parts/part';
import { small } from '../src/network/parts/small';
import { figure, markdownTable, textTable } from '../src/network/table';
import { median, percentile, quartiles } from '../src/statistics';

const WISHES: Wishes = {
  links: [],
  only: [],
  all: false,
  quick: false,
  own: ['rpcudp bbr', 'rpcudp bbr encrypted'],
  tcp: ['tcp reno', 'tcp bbr'],
  peers: ['capnweb', 'dht-rpc'],
};

describe('a link', () => {
  test('is written in any order, and what is left out is that of the usual one', () => {
    expect(parseLink('1000mbit, 0.1%,5ms,queue=400ms')).toEqual({
      roundTripMs: 5,
      lossPercent: 0.1,
      mbit: 1000,
      queueMs: 400,
    });
    expect(nameOf(parseLink('3%'))).toBe('50 ms, 3 % loss, 100 Mbit/s');
    expect(nameOf(parseLink('queue=400ms'))).toContain('queue of 400 ms');
  });

  test.each(['', '50', '50ms;1%', 'queue=1%', '-5ms', '101%', '0mbit'])('is not %p', (text) => {
    expect(() => parseLink(text)).toThrow(/A link/);
  });
});

describe('the plan of a run', () => {
  test('has each size both ways on each link, with plain TCP beside our own wire', () => {
    const plans = bulk.plan({ ...WISHES, links: [parseLink('50ms'), parseLink('5ms')] });
    expect(plans.map(({ task: { bytes, direction } }) => `${bytes / 2 ** 20} ${direction}`)).toEqual([
      ...['8 argument', '8 answer', '1 argument', '1 answer'],
      ...['8 argument', '8 answer', '1 argument', '1 answer'],
    ]);
    const [eight, , one] = plans;
    expect(one!.subjects).toEqual(['rpcudp bbr', 'rpcudp bbr encrypted', 'tcp reno', 'tcp bbr']);
    // What has one datagram for a request has no place there.
    expect(eight!.subjects).toEqual([...one!.subjects, 'capnweb']);
  });

  test('has small calls at both rates on each link', () => {
    const plans = small.plan({ ...WISHES, links: [parseLink('3%'), parseLink('10%')] });
    expect(plans.map(({ link, task }) => [link.lossPercent, task.perSecond])).toEqual([
      ...[
        [3, 100],
        [3, 2000],
      ],
      ...[
        [10, 100],
        [10, 2000],
      ],
    ]);
    expect(plans[0]!.subjects).toEqual([...WISHES.own, ...WISHES.tcp, ...WISHES.peers]);
  });

  test('lets each of our flows share a link with its like and with each of TCP', () => {
    const plans = fairness.plan({ ...WISHES, links: [parseLink('20mbit')] });
    expect(plans.map(({ task, subjects }) => [task.flow, ...subjects])).toEqual([
      ['rpcudp bbr', 'rpcudp bbr', 'tcp reno', 'tcp bbr'],
      ['rpcudp bbr encrypted', 'rpcudp bbr encrypted', 'tcp reno', 'tcp bbr'],
    ]);
  });

  test('has no part, subject and link that --only leaves out', () => {
    const wishes = { ...WISHES, only: ['bulk', '50 ms, 1 %', '8 MiB', 'rpcudp bbr|tcp bbr'] };
    expect(bulk.plan(wishes).map(({ title }) => title)).toEqual([
      '50 ms, 1 % loss, 100 Mbit/s: 8 MiB argument',
      '50 ms, 1 % loss, 100 Mbit/s: 8 MiB answer',
    ]);
    expect(bulk.plan({ ...WISHES, only: ['tcp bbr|reno'] })[0]!.subjects).toEqual(['tcp reno', 'tcp bbr']);
    expect([small, both, fairness].flatMap((part) => part.plan(wishes).length)).toEqual([0, 0, 0]);
  });

  test('of --all has each round trip, rate and loss, and of --quick one message on one link', () => {
    expect(new Set(bulk.plan({ ...WISHES, all: true }).map(({ link }) => nameOf(link))).size).toBe(3 * 3 * 5);
    expect(bulk.plan({ ...WISHES, quick: true })).toHaveLength(1);
  });
});

describe('the command line', () => {
  test('names files from where npm was started', () => {
    expect(parseCommandLine(['--json', 'out.json', '--rounds', '10'], '/here')).toMatchObject({
      json: '/here/out.json',
      rounds: 10,
      profile: undefined,
    });
    expect(parseCommandLine(['--quick'], '/').rounds).toBe(1);
  });

  test('takes the figures of saved runs in the place of measuring', () => {
    expect(parseCommandLine(['--from', 'a.json', '--from', '/b.json', '--write-docs'], '/here')).toMatchObject({
      from: ['/here/a.json', '/b.json'],
      writeDocuments: true,
    });
    expect(parseCommandLine([], '/')).toMatchObject({ from: [], writeDocuments: false });
  });

  test('names our own wire by each congestion control, in the clear and encrypted', () => {
    expect(parseCommandLine([], '/').wishes.own).toEqual(['rpcudp bbr']);
    expect(parseCommandLine(['--congestion', 'bbr,new-reno', '--encrypted'], '/').wishes.own).toEqual([
      'rpcudp bbr',
      'rpcudp bbr encrypted',
      'rpcudp new-reno',
      'rpcudp new-reno encrypted',
    ]);
  });

  test.each([
    [['--rounds', '0'], /--rounds takes a whole number/],
    [['--congestion', 'bbr,vegas'], /not 'vegas'/],
    [['--link', '50'], /A link is written as/],
    [['--fast'], /--fast/],
  ])('refuses %p', (args, message) => {
    expect(() => parseCommandLine(args, '/')).toThrow(message);
  });
});

describe('figures', () => {
  test('have a median, quartiles and percentiles', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([1, 2, Infinity])]).toEqual([2, 2.5, 2]);
    expect(quartiles([5, 1, 4, 2, 3])).toEqual([2, 4]);
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([50, 90, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 90, 99, 100]);
    expect([percentile([7], 1), percentile([], 50)]).toEqual([7, undefined]);
  });

  test('stand in tables with as many digits as say something', () => {
    expect([undefined, Infinity, 0, 0.364, 10.94, 117.2].map(figure)).toEqual(['–', '–', '0', '0.36', '10.9', '117']);
    const columns = { name: (row: number) => `n${row}`, value: figure };
    expect(textTable([1, 100], columns)).toBe('name  value\nn1     1.00\nn100    100');
    expect(markdownTable([1], columns)).toBe('| name | value |\n| --- | --- |\n| n1 | 1.00 |');
  });
});

describe('documents', () => {
  const document =
    '# Title\n\n<!-- network: bulk -->\n\nold\n\n<!-- network: end -->\n\ntext\n\n<!-- network: small -->\n<!-- network: end -->\n';

  test('get the tables of which there are figures, and keep the others and all that is written around', () => {
    expect(withTables(document, { bulk: '| new |' })).toBe(document.replace('old', '| new |'));
    expect(withTables(document, {})).toBe(document);
  });

  test('have a column for the link in each table, and none without figures', () => {
    const share = {
      flowMbPerSecond: 1,
      otherMbPerSecond: 1,
      sharePercent: 50,
      sharePercentMin: 40,
      sharePercentMax: 60,
    };
    const row = { link: '50 ms', flow: 'rpcudp bbr', other: 'tcp bbr', rounds: 1, ...share } as const;
    const tables = tablesOf({ node: 'v20', bulk: [], small: [], both: [], fairness: [row] });
    expect(Object.keys(tables)).toEqual(['fairness']);
    expect(tables.fairness).toContain('| 50 ms | rpcudp bbr | tcp bbr | 1.00 | 1.00 | 50 | 40–60 |');
  });

  test('have charts whose longest bar is the greatest figure, and whose names cannot end the text', () => {
    const bars = [
      { name: 'rpcudp bbr', value: 5, own: true },
      { name: 'a<b&c', value: 10, own: false },
      { name: 'none', value: undefined, own: false },
    ];
    const svg = barChart({ title: 'Rates', unit: 'MB/s', groups: [{ name: 'one link', bars }] }, figure);
    const widths = [...svg.matchAll(/<rect x="170" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toEqual([260, 520, 0]);
    expect(svg).not.toContain('→');
    expect(svg).toContain('>a&lt;b&amp;c</text>');
    expect(svg).toContain('>–</text>');
    expect(svg).toContain('<title>Rates, MB/s</title>');
  });

  test('have charts in which one long bar leaves the others their length', () => {
    const bars = [10, 10, 1000].map((value) => ({ name: 'x', value, own: false }));
    const svg = barChart({ title: 'Times', unit: 'ms', groups: [{ name: 'one link', bars }] }, figure);
    const widths = [...svg.matchAll(/<rect x="170" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toEqual([130, 130, 520]);
    expect(svg).toContain('>→ 1000</text>');
  });
});
