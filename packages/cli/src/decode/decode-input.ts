/** A whole input, from bytes to lines. */
import { wireOf } from './datagram.js';
import type { Entry } from './entries.js';
import { entriesOf, type InputFormat } from './input.js';
import { jsonOf } from '../output/values.js';
import { renderJson, renderText, type Rendered, type RenderStyle, type Shown } from './render.js';

export interface DecodeOptions {
  /** Default: detected. */
  readonly format?: InputFormat | undefined;
  /** Of a capture, the port whose datagrams are shown. */
  readonly port?: number | undefined;
  readonly json: boolean;
  readonly style: RenderStyle;
  /** Takes each line. */
  readonly print: (line: string) => void;
  /** Takes what is to be said beside the datagrams. */
  readonly remark: (text: string) => void;
}

export interface DecodeResult {
  readonly shown: number;
  /** Of those, how many could not be decoded wholly. */
  readonly malformed: number;
}

/** Prints every datagram of an input. @throws CommandFailure if the input is of no known format */
export function decodeInput(input: Uint8Array, options: DecodeOptions): DecodeResult {
  const passedOver = new Map<string, number>();
  let shown = 0;
  let malformed = 0;
  const sealed = { opened: 0, closed: 0 };
  for (const entry of entriesOf(input, options.format)) {
    const what = whatIsPassedOver(entry, options.port);
    if (what !== undefined) {
      passedOver.set(what, (passedOver.get(what) ?? 0) + 1);
      continue;
    }
    shown += 1;
    const { whole, opened } = show(entry as Shown, shown, options);
    if (!whole) malformed += 1;
    if (opened !== undefined) sealed[opened ? 'opened' : 'closed'] += 1;
  }
  const rest = [...passedOver].map(([what, count]) => `${count} of ${what}`).join(', ');
  if (rest !== '') options.remark(`Passed over: ${rest}.`);
  const secret = secretText(sealed, options.style.reader !== undefined);
  if (secret !== undefined) options.remark(secret);
  if (shown === 0) options.remark('There are no datagrams in the input.');
  return { shown, malformed };
}

/** What a reader of sealed packets should know of those that stay closed. */
function secretText(
  { opened, closed }: Readonly<Record<'opened' | 'closed', number>>,
  hasKey: boolean,
): string | undefined {
  if (closed === 0) return undefined;
  const what = `${closed} of ${opened + closed} sealed packets stay closed.`;
  const why = 'What follows the handshake is sealed with keys that nobody keeps.';
  const how = `The callee’s secret opens early data alone${hasKey ? '' : ': --key or --secret-file'}.`;
  return `${what} ${why} ${how}`;
}

function show(entry: Shown, count: number, { json, style, print }: DecodeOptions): Rendered {
  if (json) {
    const { object, ...rendered } = renderJson(entry, count, style);
    print(jsonOf(object));
    return rendered;
  }
  const { lines, ...rendered } = renderText(entry, count, style);
  print(lines.join('\n'));
  return rendered;
}

/**
 * A capture holds what else was on the network, too. What begins as neither wire does is taken for that, unless the port
 * says that it should be ours.
 */
function whatIsPassedOver(entry: Entry, port: number | undefined): string | undefined {
  if (entry.kind === 'passed-over') return entry.what;
  const { from, to } = entry.origin;
  if (from === undefined || to === undefined) return undefined;
  if (port !== undefined) return [from, to].some((end) => end.endsWith(`:${port}`)) ? undefined : 'other ports';
  return entry.kind === 'datagram' && wireOf(entry.bytes[0]) === undefined ? 'other traffic' : undefined;
}
