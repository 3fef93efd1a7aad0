import { headers } from '@nats-io/transport-node';
import fc from 'fast-check';
import {
  escapeText,
  header,
  headerBytes,
  headersOf,
  metadataPairs,
  readMetadata,
  unescapeText,
  wholeNumber,
} from './headers';
import { HEADER_OVERHEAD_BYTES, TIMEOUT_MS_MAX, WINDOW_BYTES_MAX, WINDOW_ITEMS_MAX } from './limits';
import { readRequestHead, readWindow, requestHeaders, windowHeaders, type RequestHead } from './request-head';
import { readRefusal, refusalHeaders } from './refusals';

const HEAD: RequestHead = {
  timeoutMs: undefined,
  delivery: 'at-most-once',
  oneWay: false,
  metadata: undefined,
  stream: undefined,
  window: undefined,
};

test('any text comes back from a header, and is printable there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(escapeText(text)).toMatch(/^[!-~]*$/);
      expect(unescapeText(escapeText(text))).toBe(text);
    }),
  );
});

test('metadata of any words comes back, also of those that objects have by themselves', () => {
  const words = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { minKeys: 1 });
  fc.assert(fc.property(words, (given) => expect(readMetadata(headersOf(metadataPairs(given)))).toEqual({ ...given })));
  const own = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
  const read = readMetadata(headersOf(metadataPairs(own)))!;
  expect(Object.entries(read)).toEqual(Object.entries(own));
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test('headers take no more bytes than they are said to take', () => {
  const pairs = metadataPairs({ a: 'b', tenant: 'größe' });
  const encoded = (headersOf(pairs) as unknown as { encode(): Uint8Array }).encode();
  expect(headerBytes(pairs)).toBeGreaterThanOrEqual(encoded.length);
  expect(headerBytes([])).toBe(0);
});

test('what the client library adds to headers fits into HEADER_OVERHEAD_BYTES, which are counted', () => {
  const pairs = [['a', 'b']] as const;
  const encoded = (headersOf(pairs) as unknown as { encode(): Uint8Array }).encode();
  const written = 'a'.length + 'b'.length + ':\r\n'.length;
  expect(encoded.length - written).toBeLessThanOrEqual(HEADER_OVERHEAD_BYTES);
  expect(headerBytes(pairs)).toBe('a'.length + 'b'.length + 4 + HEADER_OVERHEAD_BYTES);
});

test('a caller may wait for TIMEOUT_MS_MAX milliseconds, and one that says more is refused', () => {
  const waiting = (timeoutMs: number) => readRequestHead(headersOf([['Rpcudp-Timeout-Ms', String(timeoutMs)]]));
  expect(waiting(TIMEOUT_MS_MAX)).toEqual({ ...HEAD, timeoutMs: TIMEOUT_MS_MAX });
  expect(waiting(TIMEOUT_MS_MAX + 1)).toBe(`Rpcudp-Timeout-Ms must be milliseconds from 1 to ${TIMEOUT_MS_MAX}.`);
});

test('a window of WINDOW_ITEMS_MAX items and WINDOW_BYTES_MAX bytes is taken, and more of either is none', () => {
  const most = { items: WINDOW_ITEMS_MAX, bytes: WINDOW_BYTES_MAX };
  const read = (window: typeof most) => readWindow(headersOf(windowHeaders(window)));
  expect(read(most)).toEqual(most);
  expect(read({ ...most, items: WINDOW_ITEMS_MAX + 1 })).toBeUndefined();
  expect(read({ ...most, bytes: WINDOW_BYTES_MAX + 1 })).toBeUndefined();
});

test('what a call says comes back from its headers', () => {
  fc.assert(
    fc.property(
      fc.record({
        timeoutMs: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { nil: undefined }),
        delivery: fc.constantFrom('at-most-once', 'idempotent', 'best-effort'),
        oneWay: fc.boolean(),
        stream: fc.constantFrom(
          undefined,
          { answers: true, takes: false },
          { answers: true, takes: true },
          { answers: false, takes: true },
        ),
      }),
      (said) => {
        const window = said.stream?.answers === true ? { items: 5, bytes: 100 } : undefined;
        const head = { ...HEAD, ...said, window };
        expect(readRequestHead(headersOf(requestHeaders(head)))).toEqual(head);
      },
    ),
  );
});

test('a call without headers waits for as long as it likes, and runs at most once', () => {
  expect(readRequestHead(undefined)).toEqual(HEAD);
});

test.each([
  ['Rpcudp-Version', '2'],
  ['Rpcudp-Timeout-Ms', '0'],
  ['Rpcudp-Timeout-Ms', '-5'],
  ['Rpcudp-Timeout-Ms', '1e9'],
  ['Rpcudp-Timeout-Ms', '99999999999999'],
  ['Rpcudp-Delivery', 'twice'],
  ['Rpcudp-Stream', '__proto__'],
  ['Rpcudp-Stream', 'server'],
  ['Rpcudp-Meta-a', '%ff'],
])('a call that says %s: %s is refused in words', (name, value) => {
  const made = headers();
  made.append(name, value);
  expect(readRequestHead(made)).toEqual(expect.stringContaining('Rpcudp-'));
});

test('anything at all in the headers is read or refused, never thrown', () => {
  const names = fc.constantFrom(
    'Rpcudp-Timeout-Ms',
    'Rpcudp-Delivery',
    'Rpcudp-Stream',
    'Rpcudp-Window-Items',
    'Rpcudp-Window-Bytes',
    'Rpcudp-Meta-x',
    'Rpcudp-Code',
    'Rpcudp-Executed',
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          names,
          fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
        ),
      ),
      (pairs) => {
        const made = headersOf(pairs);
        expect(() => [readRequestHead(made), readRefusal(made)]).not.toThrow();
      },
    ),
  );
});

test('a refusal comes back, and tools of NATS can read it, too', () => {
  const made = headersOf(refusalHeaders({ code: 'NOT_FOUND', message: 'No order\r\nEvil: 7.', executed: 'yes' }))!;
  expect(readRefusal(made)).toEqual({ code: 'NOT_FOUND', executed: 'yes' });
  expect(header(made, 'Nats-Service-Error')).toBe('NOT_FOUND: No order%0D%0AEvil: 7.');
  expect(header(made, 'Nats-Service-Error-Code')).toBe('404');
});

test('an error of a service of somebody else is one of unknown kind', () => {
  const made = headers();
  made.append('Nats-Service-Error-Code', '400');
  expect(readRefusal(made)).toEqual({ code: 'UNKNOWN', executed: 'unknown' });
  expect(readRefusal(headers())).toBeUndefined();
});

test('a number is digits alone, and no larger than it may be', () => {
  expect(['5', '0', '6', '05', '', ' 5', '5.0', '0x5', undefined].map((text) => wholeNumber(text, 5))).toEqual([
    5,
    0,
    undefined,
    5,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
