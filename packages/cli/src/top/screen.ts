import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import type { CallFigures, TopFigures } from '../inspection/figures.js';
import { bytes, grouped, milliseconds, percent, perSecond, span } from './quantities.js';
import { SORT_NAMES, SORT_ORDERS, sortedMethods, sortedPeers, type SortOrder } from './sort-order.js';

/** How a screen is to look. */
export interface ScreenOptions {
  readonly address: string;
  readonly order: SortOrder;
  readonly columns: number;
  readonly rows: number;
  readonly colors: Palette;
  /** What has gone wrong, if it has. */
  readonly trouble?: string | undefined;
}

/** The name of a row, and its figures. */
type Row = readonly [name: string, ...figures: string[]];

const METHOD_HEADING: Row = ['METHOD', 'CALLS/S', 'P50 MS', 'P99 MS', 'MAX MS', 'FAILED/S', 'RUNNING', 'TOTAL'];
const PEER_HEADING: Row = ['PEER', 'RTT MS', 'WINDOW', 'IN FLIGHT', 'LOSS', 'DROPPED/S', 'DATAGRAMS/S'];
const FIGURE_COLUMNS = 12;
/** Lines that are always there: four above, two headings, two empty ones and the keys. */
const FIXED_LINES = 9;

/** A whole screen, as many lines as fit. */
export function screenLines(figures: TopFigures, options: ScreenOptions): string[] {
  const { columns, rows, order, colors } = options;
  const room = Math.max(2, rows - FIXED_LINES);
  const methods = sortedMethods(figures.methods, order).map(methodRow);
  const peers = sortedPeers(figures.peers, order).map(peerRow);
  // Either table leaves the other a half, and takes what that does not need.
  const forPeers = Math.min(peers.length, Math.max(Math.floor(room / 2), room - methods.length));
  const lines = [
    ...headLines(figures, options),
    '',
    colors.dim(line(METHOD_HEADING, columns)),
    ...methods.slice(0, room - forPeers).map((row) => line(row, columns)),
    '',
    colors.dim(line(PEER_HEADING, columns)),
    ...peers.slice(0, forPeers).map((row) => line(row, columns)),
    lastLine(options),
  ];
  return lines.slice(0, rows);
}

/** One line for an interval, for pipes. */
export function plainLine(at: number, figures: TopFigures): string {
  const { served, called, loss, droppedPerSecond, peerCount } = figures;
  const time = new Date(at).toISOString().slice(11, 19);
  const rest = `loss ${percent(loss)}  dropped ${perSecond(droppedPerSecond)}/s  peers ${grouped(peerCount)}`;
  return `${time}  served ${callText(served)}  called ${callText(called)}  ${rest}`;
}

function headLines(figures: TopFigures, { address, columns, colors }: ScreenOptions): string[] {
  const { boundMs, peerCount, served, called, datagrams, loss, droppedPerSecond } = figures;
  const traffic =
    `in ${perSecond(datagrams.inPerSecond)} datagrams/s, ${bytes(figures.bytes.inPerSecond)}/s` +
    `   out ${perSecond(datagrams.outPerSecond)} datagrams/s, ${bytes(figures.bytes.outPerSecond)}/s` +
    `   loss ${percent(loss)}   dropped ${perSecond(droppedPerSecond)}/s`;
  const title = `rpcudp top ${printable(address)}   bound ${span(boundMs)}   ${grouped(peerCount)} ${peerCount === 1 ? 'peer' : 'peers'}`;
  return [
    colors.bold(cut(title, columns)),
    cut(`served   ${callText(served)}   ${grouped(served.running)} running`, columns),
    cut(`called   ${callText(called)}   ${grouped(called.running)} running`, columns),
    cut(traffic, columns),
  ];
}

function callText({ callsPerSecond, failedPerSecond, p50Ms, p99Ms }: CallFigures): string {
  const times = p50Ms === undefined ? '' : ` p50 ${milliseconds(p50Ms)} ms p99 ${milliseconds(p99Ms)} ms`;
  return `${perSecond(callsPerSecond)}/s${times} failed ${perSecond(failedPerSecond)}/s`;
}

function lastLine({ order, trouble, columns, colors }: ScreenOptions): string {
  if (trouble !== undefined) return colors.red(cut(printable(trouble), columns));
  const keys = SORT_NAMES.map((name) => `${SORT_ORDERS[name]} ${name === order ? `[${name}]` : name}`);
  return colors.dim(cut(`sort: ${keys.join('  ')}   q quits`, columns));
}

function methodRow(method: TopFigures['methods'][number]): Row {
  const { side, name, callsPerSecond, failedPerSecond, running, total, p50Ms, p99Ms, maxMs } = method;
  return [
    `${side === 'client' ? '→' : '←'} ${printable(name)}`,
    perSecond(callsPerSecond),
    ...[p50Ms, p99Ms, maxMs].map(milliseconds),
    perSecond(failedPerSecond),
    grouped(running),
    grouped(total),
  ];
}

function peerRow(peer: TopFigures['peers'][number]): Row {
  const { address, roundTripMs, windowBytes, inFlightBytes, loss, droppedPerSecond, datagramsPerSecond } = peer;
  return [
    printable(address),
    milliseconds(roundTripMs),
    bytes(windowBytes),
    bytes(inFlightBytes),
    percent(loss),
    perSecond(droppedPerSecond),
    perSecond(datagramsPerSecond),
  ];
}

/** A name to the left, figures to the right, the last of which are left out where there is no room. */
function line([name, ...figures]: Row, columns: number): string {
  const width = Math.max(16, Math.min(40, columns - figures.length * FIGURE_COLUMNS));
  const start = cut(name, width).padEnd(width);
  return figures.reduce(
    (text, figure) => (text.length + FIGURE_COLUMNS > columns ? text : text + figure.padStart(FIGURE_COLUMNS)),
    start,
  );
}

function cut(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
}
