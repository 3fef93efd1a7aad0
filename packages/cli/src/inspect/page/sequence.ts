import { fateText, packetText, titleOf, type BookedCall, type BookedPacket } from '../shared/packet-book.js';
import { drawing, element } from './dom.js';

/** With room on the right for what became of a packet. */
const WIDTH = 940;
const [OURS, THEIRS] = [150, 750];
const [TOP, ROW] = [34, 34];

/** The packets of a call as arrows between the endpoint and its peer, from the first to the last. */
export function sequenceOf(booked: BookedCall): HTMLElement {
  const { call, packets } = booked;
  const height = TOP + ROW * packets.length + 12;
  const title = `packets of ${titleOf(booked)}`;
  const began = packets[0]?.at ?? call.startedAt;
  const svg = drawing(
    'svg',
    { 'class': 'sequence', 'viewBox': `0 0 ${WIDTH} ${height}`, 'role': 'img', 'aria-label': title },
    label(OURS, 18, 'this endpoint', 'middle'),
    label(THEIRS, 18, packets[0]?.peer ?? 'peer', 'middle'),
    line(OURS, 24, OURS, height, ''),
    line(THEIRS, 24, THEIRS, height, ''),
    ...packets.flatMap((packet, index) => arrow(packet, TOP + ROW * index, began)),
  );
  // For those who cannot see it, and to be copied.
  const lines = packets.map((packet) =>
    element('li', {}, `${packet.direction}: ${packetText(packet)} ${fateText(packet)}`),
  );
  const text = element('details', {}, element('summary', {}, 'as text'), element('ol', {}, ...lines));
  return element('div', {}, element('h3', {}, title), svg, text);
}

function arrow(packet: BookedPacket, y: number, began: number): SVGElement[] {
  const sent = packet.direction === 'sent';
  const lost = packet.fate?.fate === 'lost';
  const kind = lost ? 'lost' : packet.direction;
  const [from, to] = sent ? [OURS, lost ? (OURS + THEIRS) / 2 : THEIRS] : [THEIRS, OURS];
  const back = sent ? -8 : 8;
  const [start, end] = [y, y + 14];
  const fate = fateText(packet);
  return [
    label(OURS - 10, sent ? start + 4 : end + 4, `${(packet.at - began).toFixed(2)} ms`, 'end'),
    line(from, start, to, end, kind),
    line(to, end, to + back, end - 5, kind),
    line(to, end, to + back, end + 4, kind),
    label((OURS + THEIRS) / 2, y, packetText(packet).slice(0, 80), 'middle'),
    ...(fate === '' ? [] : [label(THEIRS + 8, end, fate.replace(' after', ''), 'start', lost ? 'lost' : '')]),
  ];
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): SVGLineElement {
  return drawing('line', {
    'x1': `${x1}`,
    'y1': `${y1}`,
    'x2': `${x2}`,
    'y2': `${y2}`,
    'class': kind,
    'stroke-width': '1.5',
  });
}

function label(x: number, y: number, text: string, anchor: string, kind = ''): SVGTextElement {
  return drawing('text', { 'x': `${x}`, 'y': `${y}`, 'text-anchor': anchor, 'class': kind }, text);
}
