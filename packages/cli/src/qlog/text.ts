import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { bytesOf, frameText, framesOf, packetNumberOf } from './frames.js';
import { numberOf, textOf, type Qlog, type QlogEvent } from './read-qlog.js';
import type { GroupSummary, QlogSummary, Span } from './summary.js';

/** A summary as lines. All text of the file is made safe for a terminal. */
export function summaryLines(summary: QlogSummary, palette: Palette): string[] {
  const { title, beganAt, events, eventsDropped, cutOff, groups } = summary;
  const began = beganAt === undefined ? '' : `, began at ${beganAt}`;
  return [
    palette.bold(printable(`${title || 'qlog'}: ${count(events, 'event')}${began}`)),
    ...(cutOff ? ['the last record is cut off'] : []),
    ...(eventsDropped === 0
      ? []
      : [`${count(eventsDropped, 'event')} could not be written, for the disk was too slow`]),
    ...groups.flatMap((group) => ['', ...groupLines(group, palette)]),
  ];
}

function groupLines(group: GroupSummary, palette: Palette): string[] {
  const rows: [string, string | undefined][] = [
    ['sent', trafficText(group.sent)],
    ['received', trafficText(group.received)],
    ['lost', lossText(group)],
    ['probes', group.probes === 0 ? undefined : `${group.probes}`],
    ['window', spanText(group.windowBytes, 'B')],
    ['in flight', group.inFlightBytes && `${number(group.inFlightBytes.most)} B at most`],
    ['round trip', roundTripText(group)],
    ['congestion', group.congestion.length === 0 ? undefined : group.congestion.join(' → ')],
    ['calls', callsText(group)],
    ['requests', group.requests === 0 ? undefined : `${group.requests}`],
    ['streams', group.streams === 0 ? undefined : `${group.streams}`],
    ['dropped', countsText(group.dropped)],
    ['ended', group.ending],
  ];
  const told = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [
    palette.bold(printable(headingOf(group))),
    ...told.map(([name, text]) => printable(`  ${name.padEnd(11)}${text}`)),
  ];
}

function headingOf({ group, peer, opened, sealed, beginMs, endMs }: GroupSummary): string {
  const lasting = `${ms(beginMs)} to ${ms(endMs)}`;
  if (group === undefined) return `of no association, ${lasting}`;
  const who = opened === undefined ? '' : `, opened ${opened ? 'here' : 'there'}`;
  return `association ${group} with ${peer ?? '?'}${who}${sealed === true ? ', sealed' : ''}, ${lasting}`;
}

function trafficText({ packets, bytes }: GroupSummary['sent']): string | undefined {
  return packets === 0 ? undefined : `${count(packets, 'packet')}, ${number(bytes)} B`;
}

function lossText({ lost, sent, repair }: GroupSummary): string | undefined {
  if (lost.packets === 0) return undefined;
  const share = sent.packets === 0 ? '' : ` (${((100 * lost.packets) / sent.packets).toFixed(1)} %)`;
  const late = lost.late === 0 ? '' : `, ${lost.late} arrived after all`;
  const repaired = repair.wanted === 0 ? '' : `; ${repair.done} of ${repair.wanted} repaired`;
  const by = `${lost.overtaken} by later packets, ${lost.packets - lost.overtaken} by time`;
  return `${count(lost.packets, 'packet')}${share}: ${by}${late}${repaired}`;
}

function roundTripText({ leastRoundTripMs, smoothedMs }: GroupSummary): string | undefined {
  if (leastRoundTripMs === undefined || smoothedMs === undefined) return undefined;
  return `${ms(leastRoundTripMs)} at least, smoothed ${ms(smoothedMs.least)} to ${ms(smoothedMs.most)}`;
}

function callsText({ calls }: GroupSummary): string | undefined {
  const ended = countsText(calls.ended);
  if (calls.started === 0 && ended === undefined) return undefined;
  return [calls.started === 0 ? undefined : `${calls.started} started`, ended].filter(Boolean).join(', ');
}

function countsText(counts: Readonly<Record<string, number>>): string | undefined {
  const entries = Object.entries(counts);
  return entries.length === 0 ? undefined : entries.map(([word, times]) => `${times} ${word}`).join(', ');
}

function spanText(span: Span | undefined, unit: string): string | undefined {
  return span && `${number(span.least)} to ${number(span.most)} ${unit}`;
}

const count = (amount: number, what: string): string => `${number(amount)} ${what}${amount === 1 ? '' : 's'}`;
const number = (value: number): string => value.toLocaleString('en-US');
const ms = (value: number): string => `${value.toFixed(3)} ms`;

/** Each event as a line, in the order of the file. */
export function* timelineLines({ events }: Qlog, palette: Palette): Generator<string> {
  for (const event of events) {
    const time = event.time.toFixed(3).padStart(12);
    const line = printable(`${event.group ?? '-'.repeat(8)} ${eventText(event)}`);
    yield `${palette.dim(time)} ${event.name === 'quic:packet_lost' ? palette.red(line) : line}`;
  }
}

function eventText(event: QlogEvent): string {
  const { name, data } = event;
  switch (name) {
    case 'quic:packet_sent':
      return `→ ${packetText(event)}`;
    case 'quic:packet_received':
      return `← ${packetText(event)}`;
    case 'quic:packet_lost':
      return `✗ ${packetNumberOf(event) ?? '?'} lost: ${textOf(data.trigger) ?? '?'}`;
    case 'quic:recovery_metrics_updated':
      return `window ${numberOf(data.congestion_window) ?? '?'} B, in flight ${numberOf(data.bytes_in_flight) ?? '?'} B`;
    default:
      return `${name.replace(/^quic:|^rpcudp:/, '')} ${JSON.stringify(data)}`;
  }
}

function packetText(event: QlogEvent): string {
  const { trigger, is_mtu_probe_packet } = event.data;
  const why = is_mtu_probe_packet === true ? 'size probe' : (textOf(trigger) ?? '');
  const frames = framesOf(event).map(frameText).join(', ');
  return `${packetNumberOf(event) ?? '?'} ${bytesOf(event)} B [${frames}] ${why}`.trimEnd();
}
