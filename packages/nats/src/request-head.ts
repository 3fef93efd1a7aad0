/** What a call says beside its arguments: `docs/nats.md` §3. */
import type { MsgHdrs } from '@nats-io/transport-node';
import type { Delivery } from '@rpcudp/core';
import type { StreamDirections } from '@rpcudp/core/endpoint';
import { header, HEADER, metadataPairs, readMetadata, wholeNumber, type HeaderPairs } from './headers.js';
import { TIMEOUT_MS_MAX, WINDOW_BYTES_MAX, WINDOW_ITEMS_MAX } from './limits.js';

/** How much of a stream its reader takes before it has read any. */
export interface Window {
  readonly items: number;
  readonly bytes: number;
}

export interface RequestHead {
  /** How long the caller waits; undefined if it does not say. */
  readonly timeoutMs: number | undefined;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** Which ways items go; undefined if none do. */
  readonly stream: StreamDirections | undefined;
  /** For what the handler answers with. */
  readonly window: Window | undefined;
}

const STREAMS = {
  server: { answers: true, takes: false },
  client: { answers: false, takes: true },
  both: { answers: true, takes: true },
} as const satisfies Record<string, StreamDirections>;

/** What is not said is left out: a call without any header is one of a program that knows no more than the subject. */
export function requestHeaders(head: RequestHead): HeaderPairs {
  const { timeoutMs, delivery, oneWay, metadata, stream, window } = head;
  const pairs: [string, string][] = [];
  if (timeoutMs !== undefined) pairs.push([HEADER.timeoutMs, String(Math.max(1, Math.ceil(timeoutMs)))]);
  if (delivery !== 'at-most-once') pairs.push([HEADER.delivery, delivery]);
  if (oneWay) pairs.push([HEADER.oneWay, 'true']);
  if (stream !== undefined) pairs.push([HEADER.stream, sidesOf(stream)]);
  if (window !== undefined) pairs.push(...windowHeaders(window));
  return metadata === undefined ? pairs : [...pairs, ...metadataPairs(metadata)];
}

export function windowHeaders({ items, bytes }: Window): [string, string][] {
  return [
    [HEADER.windowItems, String(items)],
    [HEADER.windowBytes, String(bytes)],
  ];
}

/** A window that headers tell of; undefined if they tell of none, or of one that is too large to be meant. */
export function readWindow(from: MsgHdrs | undefined): Window | undefined {
  const items = wholeNumber(header(from, HEADER.windowItems), WINDOW_ITEMS_MAX);
  const bytes = wholeNumber(header(from, HEADER.windowBytes), WINDOW_BYTES_MAX);
  return items === undefined || bytes === undefined || items === 0 ? undefined : { items, bytes };
}

/** What a call says, or in words what is wrong with it. */
export function readRequestHead(from: MsgHdrs | undefined): RequestHead | string {
  const version = header(from, HEADER.version);
  if (version !== undefined && version !== '1') return `${HEADER.version} must be 1, or be left out.`;
  const timeout = header(from, HEADER.timeoutMs);
  const timeoutMs = wholeNumber(timeout, TIMEOUT_MS_MAX);
  if (timeout !== undefined && !timeoutMs)
    return `${HEADER.timeoutMs} must be milliseconds from 1 to ${TIMEOUT_MS_MAX}.`;
  const delivery = header(from, HEADER.delivery) ?? 'at-most-once';
  if (!isDelivery(delivery)) return `${HEADER.delivery} must be at-most-once, idempotent or best-effort.`;
  const metadata = readMetadata(from);
  if (metadata === null) return `The value of each ${HEADER.metadata}… must be percent-encoded UTF-8.`;
  const flow = readStream(from);
  if (typeof flow === 'string') return flow;
  return { timeoutMs, delivery, oneWay: header(from, HEADER.oneWay) === 'true', metadata, ...flow };
}

function readStream(from: MsgHdrs | undefined): Pick<RequestHead, 'stream' | 'window'> | string {
  const sides = header(from, HEADER.stream);
  if (sides !== undefined && !Object.hasOwn(STREAMS, sides)) return `${HEADER.stream} must be server, client or both.`;
  const stream = sides === undefined ? undefined : STREAMS[sides as keyof typeof STREAMS];
  const window = readWindow(from);
  if (stream?.answers === true && window === undefined)
    return `A call that is answered by a stream needs ${HEADER.windowItems} and ${HEADER.windowBytes}.`;
  return { stream, window };
}

function sidesOf({ answers, takes }: StreamDirections): keyof typeof STREAMS {
  if (answers && takes) return 'both';
  return answers ? 'server' : 'client';
}

function isDelivery(word: string): word is Delivery {
  return word === 'at-most-once' || word === 'idempotent' || word === 'best-effort';
}
