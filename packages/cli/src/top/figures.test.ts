import type { InspectedMethod, InspectedPeer, InspectionUpdate } from '@rpcudp/core/inspection';
import picocolors from 'picocolors';
import { figuresOf, type TopFigures } from '../inspection/figures.js';
import { bytes, milliseconds, perSecond, span } from './quantities.js';
import { plainLine, screenLines } from './screen.js';
import { orderOf, sortedMethods, sortedPeers } from './sort-order.js';

const datagrams = { sent: 100, received: 50, bytesSent: 1000, bytesReceived: 500 };

function peer(fields: Partial<InspectedPeer> = {}): InspectedPeer {
  const figures = { windowBytes: 12_000, inFlightBytes: 500, lostPackets: 0, dropped: 0, roundTripMs: 1.5 };
  return { address: '10.0.0.2:2', datagrams, ...figures, ...fields } as InspectedPeer;
}

function method(fields: Partial<InspectedMethod> = {}): InspectedMethod {
  const counts = { started: 10, running: 1, answered: 8, failed: 1, latency: { calls: 0 } };
  return { side: 'server', service: 'Shop', method: 'sell', ...counts, ...fields };
}

function update(fields: Partial<InspectionUpdate> = {}): InspectionUpdate {
  return {
    at: Date.UTC(2026, 0, 1, 12, 0, 1),
    boundMs: 10_000,
    sinceMs: 1000,
    stats: { datagrams: { ...datagrams, refusedBySystem: 0 }, dropped: { late: 1, overload: 2 } },
    peers: [peer()],
    peerCount: 1,
    methods: [method()],
    latency: { client: { calls: 0 }, server: { calls: 0 } },
    calls: [],
    callsOmitted: 0,
    ...fields,
  } as InspectionUpdate;
}

/** Two seconds in which something happened. */
function figures(): TopFigures {
  const latency = { calls: 20, p50Ms: 0.5, p99Ms: 12.3, maxMs: 120 };
  const later = update({
    boundMs: 12_000,
    methods: [method({ started: 30, failed: 5, latency }), method({ side: 'client', method: 'buy', started: 4 })],
    latency: { client: { calls: 4, p50Ms: 3, p99Ms: 3, maxMs: 3 }, server: latency },
    peers: [peer({ datagrams: { ...datagrams, sent: 120, received: 60 }, lostPackets: 5, dropped: 4 })],
  });
  return figuresOf(later, update());
}

test('rates are those between two updates, whatever was lost in between', () => {
  expect(figures()).toMatchObject({
    served: { callsPerSecond: 10, failedPerSecond: 2, running: 1, p50Ms: 0.5, p99Ms: 12.3 },
    called: { callsPerSecond: 2, p50Ms: 3 },
    loss: 0.25,
    peers: [{ loss: 0.25, datagramsPerSecond: 15, droppedPerSecond: 2 }],
    methods: [
      { name: 'Shop.sell', callsPerSecond: 10, total: 30 },
      { name: 'Shop.buy', side: 'client' },
    ],
  });
});

test('what was forgotten and has come back is no negative rate', () => {
  const forgotten = peer({ datagrams: { sent: 1, received: 1, bytesSent: 1, bytesReceived: 1 }, dropped: 0 });
  const { peers, loss } = figuresOf(
    update({ boundMs: 11_000, peers: [forgotten] }),
    update({ peers: [peer({ lostPackets: 9, dropped: 5 })] }),
  );
  expect([peers[0]!.datagramsPerSecond, peers[0]!.droppedPerSecond, peers[0]!.loss, loss]).toEqual([0, 0, 0, 0]);
});

test('a line has all that matters', () => {
  expect(plainLine(Date.UTC(2026, 0, 1, 12, 0, 1), figures())).toBe(
    '12:00:01  served 10/s p50 0.50 ms p99 12.3 ms failed 2.0/s  called 2.0/s p50 3.00 ms p99 3.00 ms failed 0.5/s  loss 25.0 %  dropped 0/s  peers 1',
  );
});

const options = {
  address: 'a:1',
  order: 'calls',
  columns: 110,
  rows: 24,
  colors: picocolors.createColors(false),
} as const;

test('a screen has a row for each method and peer, as wide as the terminal', () => {
  expect(screenLines(figures(), options)).toEqual([
    'rpcudp top a:1   bound 12 s   1 peer',
    'served   10/s p50 0.50 ms p99 12.3 ms failed 2.0/s   1 running',
    'called   2.0/s p50 3.00 ms p99 3.00 ms failed 0.5/s   1 running',
    'in 0 datagrams/s, 0 B/s   out 0 datagrams/s, 0 B/s   loss 25.0 %   dropped 0/s',
    '',
    'METHOD                         CALLS/S      P50 MS      P99 MS      MAX MS    FAILED/S     RUNNING       TOTAL',
    '← Shop.sell                         10        0.50        12.3         120         2.0           1          30',
    '→ Shop.buy                         2.0           -           -           -         0.5           1           4',
    '',
    'PEER                                        RTT MS      WINDOW   IN FLIGHT        LOSS   DROPPED/S DATAGRAMS/S',
    '10.0.0.2:2                                    1.50     12.0 kB       500 B      25.0 %         2.0          15',
    'sort: c [calls]  t time  f failed  n name   q quits',
  ]);
});

test('a small screen has fewer rows and columns, and never a line too many', () => {
  for (const [columns, rows] of [
    [40, 10],
    [20, 5],
    [1, 1],
  ] as const) {
    const lines = screenLines(figures(), { ...options, columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
  }
  for (const line of screenLines(figures(), { ...options, columns: 40 })) expect(line.length).toBeLessThanOrEqual(40);
});

test('names from an endpoint cannot move the cursor', () => {
  const evil = '\u001b[2Jevil\nname';
  const { methods, ...rest } = figures();
  const lines = screenLines({ ...rest, methods: [{ ...methods[0]!, name: evil }] }, { ...options, trouble: evil });
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
});

test('rows are sorted by what a key says, and by name where that is equal', () => {
  const { methods, peers } = figures();
  const names = (order: 'calls' | 'time' | 'failed' | 'name'): string[] =>
    sortedMethods(methods, order).map(({ name }) => name);
  expect([names('calls'), names('time'), names('failed'), names('name')].map(([first]) => first)).toEqual([
    'Shop.sell',
    'Shop.sell',
    'Shop.sell',
    'Shop.buy',
  ]);
  const two = [peers[0]!, { ...peers[0]!, address: '10.0.0.1:1', loss: 0, datagramsPerSecond: 99 }];
  expect(sortedPeers(two, 'calls')[0]!.address).toBe('10.0.0.1:1');
  expect(sortedPeers(two, 'failed')[0]!.address).toBe('10.0.0.2:2');
  expect(sortedPeers(two, 'name')[0]!.address).toBe('10.0.0.1:1');
  expect(['c', 't', 'f', 'n', 'x'].map(orderOf)).toEqual(['calls', 'time', 'failed', 'name', undefined]);
});

test('figures have as many digits as one can read', () => {
  expect([0, 0.25, 9.96, 12.4, 12_345].map(perSecond)).toEqual(['0', '0.3', '10.0', '12', '12,345']);
  expect([undefined, 0.123, 12.34, 1234].map(milliseconds)).toEqual(['-', '0.12', '12.3', '1,234']);
  expect([999, 1500, 2_500_000].map(bytes)).toEqual(['999 B', '1.5 kB', '2.5 MB']);
  expect([5_000, 65_000, 3_700_000].map(span)).toEqual(['5 s', '1 m 5 s', '1 h 1 m']);
});
