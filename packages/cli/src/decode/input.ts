/** An input of any format as datagrams. */
import { misuse } from '../failure.js';
import { captureEntries } from './capture.js';
import { wireOf } from './datagram.js';
import type { Entry } from './entries.js';
import { isPcap, pcapPackets } from './pcap.js';
import { isPcapng, pcapngPackets } from './pcapng.js';
import { textEntries, textFormatOf } from './text-input.js';

/** The formats that can be forced. */
export const FORMATS = ['hex', 'base64', 'pcap', 'pcapng', 'raw'] as const;

export type InputFormat = (typeof FORMATS)[number];

/** Reads an input. @throws CommandFailure if its format is not known, or not the one that was forced. */
export function entriesOf(input: Uint8Array, forced: InputFormat | undefined): Iterable<Entry> {
  switch (forced ?? detectFormat(input)) {
    case 'pcap':
      if (!isPcap(input)) throw misuse('This is no pcap file. Leave --format out, so that the format is detected.');
      return captureEntries(pcapPackets(input));
    case 'pcapng':
      if (!isPcapng(input)) throw misuse('This is no pcapng file. Leave --format out, so that the format is detected.');
      return captureEntries(pcapngPackets(input));
    case 'raw':
      return [{ kind: 'datagram', bytes: input, origin: {} }];
    case 'base64':
      return textEntries(textOf(input), 'base64');
    default:
      return textEntries(textOf(input), 'hex');
  }
}

/** What the input most likely is. @throws CommandFailure */
export function detectFormat(input: Uint8Array): InputFormat {
  if (isPcap(input)) return 'pcap';
  if (isPcapng(input)) return 'pcapng';
  if (input[0] === 0x1f && input[1] === 0x8b) throw misuse('The input is compressed. Unpack it with gunzip first.');
  if (isText(input)) return textFormatOf(textOf(input));
  if (wireOf(input[0]) !== undefined) return 'raw';
  throw misuse(
    'The input is neither text nor a capture. Write datagrams as hex or base64, one on each line, or as pcap.',
  );
}

/** Text has no control characters but those between words and lines. */
function isText(input: Uint8Array): boolean {
  return input.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function textOf(input: Uint8Array): string {
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}
