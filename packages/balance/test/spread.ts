/** How evenly many clients that know nothing of each other spread their calls over many servers. */
import { Cluster } from './cluster';
import { percentile } from './percentile';

/** What is simulated. */
export interface SpreadOptions {
  readonly seed: number;
  readonly clients: number;
  readonly servers: number;
  /** Of each client. */
  readonly calls: number;
}

/** What came of it. */
export interface Spread {
  /** How many calls each server ran. */
  readonly runs: readonly number[];
  readonly answered: number;
  /** How far the server that is the farthest from the mean is from it, as a share of the mean. */
  readonly farthest: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long each client makes calls, in milliseconds of the simulation. */
const SPREAD_MS = 10_000;

/** How long a server takes for a call, in milliseconds. */
const WORK_MS = 5;

/** Lets all clients call, each at moments of its own. */
export async function simulateSpread({ seed, clients, servers, calls }: SpreadOptions): Promise<Spread> {
  const cluster = new Cluster(servers, { seed, latencyMs: 5, jitterMs: 2 });
  const { network, random } = cluster;
  for (const { shop } of cluster.servers) shop.delayMs = WORK_MS;
  const times: number[] = [];
  let answered = 0;
  for (let client = 0; client < clients; client += 1) {
    const { shop } = cluster.client();
    const everyMs = SPREAD_MS / calls;
    let left = calls;
    const callOnce = (): void => {
      if ((left -= 1) > 0) network.clock.setTimer(2 * everyMs * random.next(), callOnce);
      const began = network.clock.now;
      void shop.order('one').then(({ received }) => {
        times.push(network.clock.now - began);
        if (received) answered += 1;
      });
    };
    network.clock.setTimer(everyMs * random.next(), callOnce);
  }
  await network.advance(2 * SPREAD_MS);
  const { runs } = cluster;
  const mean = runs.reduce((sum, each) => sum + each, 0) / servers;
  const farthest = Math.max(...runs.map((each) => Math.abs(each - mean) / mean));
  return { runs, answered, farthest, p50Ms: percentile(times, 50), p99Ms: percentile(times, 99) };
}

const WIDTH = 800;
const HEIGHT = 300;
const LEFT = 60;
const BOTTOM = 40;

/** A bar for each server, with the mean and the tenth around it. */
export function drawSpread({ runs, farthest }: Spread, title: string): string {
  const mean = runs.reduce((sum, each) => sum + each, 0) / runs.length;
  const top = 1.3 * mean;
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 40);
  const step = (WIDTH - LEFT - 20) / runs.length;
  const bars = runs.map((value, n) => {
    const box = `x="${(LEFT + n * step).toFixed(1)}" y="${y(value).toFixed(1)}" width="${(step * 0.7).toFixed(1)}" height="${(y(0) - y(value)).toFixed(1)}"`;
    return `<rect class="bar" ${box}><title>server ${n + 1}: ${value} calls</title></rect>`;
  });
  const band = `<rect class="band" x="${LEFT}" y="${y(1.1 * mean).toFixed(1)}" width="${WIDTH - LEFT - 20}" height="${(y(0.9 * mean) - y(1.1 * mean)).toFixed(1)}"/>`;
  const text = (x: number, at: number, words: string, anchor = 'start'): string =>
    `<text x="${x}" y="${at.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#333}.bar{fill:#2b6cb0}.band{fill:#e0a030;opacity:.35}line{stroke:#333}',
    '@media(prefers-color-scheme:dark){text{fill:#ddd}line{stroke:#ddd}.bar{fill:#63a4e8}}</style>',
    text(LEFT, 20, title),
    ...bars,
    band,
    `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(mean).toFixed(1)}" y2="${y(mean).toFixed(1)}"/>`,
    text(LEFT - 8, y(mean) + 4, mean.toFixed(0), 'end'),
    text(LEFT - 8, y(0) + 4, '0', 'end'),
    text(
      LEFT,
      HEIGHT - 14,
      `One bar is one server. The line is the mean, the band 10 % around it; the farthest is ${(100 * farthest).toFixed(1)} % away.`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
