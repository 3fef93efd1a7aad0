import type { MethodDescription, ServiceDescription } from '@rpcudp/core/reflection';
import type { ParameterDescription } from '@rpcudp/core/service';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';

/** A service in short: its name, and a line for each method. */
export function showInShort(service: ServiceDescription, colors: Palette): string {
  const methods = service.methods.map((method) => `  ${signatureOf(method, colors)}${tagsOf(method, colors)}`);
  return [titleOf(service, colors), ...methods].join('\n');
}

/** A service in full. */
export function showService(service: ServiceDescription, colors: Palette): string {
  const doc = docLines(service.doc, '  ');
  const methods = service.methods.map((method) => showMethod(method, colors, '  '));
  return [[titleOf(service, colors), ...doc].join('\n'), ...methods].join('\n\n');
}

/** A method in full. */
export function showMethod(method: MethodDescription, colors: Palette, indent = ''): string {
  const { name, property, delivery, shape, stream, timeoutMs, idleMs, totalMs } = method;
  const timeout = timeoutMs === undefined ? 'as the caller says' : `${timeoutMs} ms, unless the caller says otherwise`;
  const facts = [
    ['delivery', printable(delivery)],
    ['timeout', timeout],
    ...(shape === 'one-way' ? [['one-way', 'its callers want no answer; call it with --one-way']] : []),
    ...(stream === undefined ? [] : [['stream', printable(STREAMS[stream] ?? stream)]]),
    ...(idleMs === undefined ? [] : [['idle', `${idleMs} ms for a value, unless the caller says otherwise`]]),
    ...(totalMs === undefined ? [] : [['total', `${totalMs} ms, unless the caller says otherwise`]]),
    ...(property === name ? [] : [['property', printable(property)]]),
  ];
  const lines = facts.map(([fact = '', value = '']) => `${indent}  ${colors.dim(`${fact}:`)} ${value}`);
  return [`${indent}${signatureOf(method, colors)}`, ...docLines(method.doc, `${indent}  `), ...lines].join('\n');
}

/** By what an endpoint tells, which may be newer than this. */
const STREAMS: Readonly<Record<string, string | undefined>> = {
  server: 'it answers with many values; call prints a line for each',
  client: 'it takes many values as its last argument: - or @file, one a line',
  both: 'it takes many values as its last argument, - or @file, and answers with many',
};

function titleOf({ name, version }: ServiceDescription, colors: Palette): string {
  const title = colors.bold(printable(name));
  return version === undefined ? title : `${title} ${colors.dim(printable(version))}`;
}

/** As TypeScript writes it; a type that is not known is left out. */
function signatureOf({ name, parameters, returns, stream }: MethodDescription, colors: Palette): string {
  const list = parameters.map(parameterOf).join(', ');
  const answers = stream === 'server' || stream === 'both';
  const type = answers ? streamOf(returns ?? 'unknown') : returns;
  const result = type === undefined ? '' : `: ${printable(type)}`;
  return `${colors.cyan(printable(name))}(${list})${result}`;
}

function parameterOf({ name, type, optional, rest, stream }: ParameterDescription): string {
  const label = `${rest === true ? '...' : ''}${printable(name)}${optional === true ? '?' : ''}`;
  if (stream === true) return `${label}: ${printable(streamOf(type))}`;
  return type === 'unknown' ? label : `${label}: ${printable(type)}`;
}

function streamOf(type: string): string {
  return `AsyncIterable<${type}>`;
}

function tagsOf({ delivery, shape, stream }: MethodDescription, colors: Palette): string {
  // What its streams are stands in its signature.
  const words = [delivery, stream === undefined ? shape : 'unary'];
  const tags = words.filter((word) => word !== 'at-most-once' && word !== 'unary').map(printable);
  return tags.length === 0 ? '' : `  ${colors.dim(tags.join(', '))}`;
}

function docLines(doc: string | undefined, indent: string): string[] {
  if (doc === undefined) return [];
  return doc
    .trim()
    .split('\n')
    .map((line) => `${indent}${printable(line)}`.trimEnd());
}
