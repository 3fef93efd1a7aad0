import { traceIdOf } from './trace-id';

const ID = '0af7651916cd43dd8448eb211c80319c';

test.each([
  ['a traceparent', `00-${ID}-b7ad6b7169203331-01`],
  ['one of a later version, which may have more', `cc-${ID}-b7ad6b7169203331-01-more`],
])('%s tells the trace', (_what, traceparent) => {
  expect(traceIdOf(traceparent)).toBe(ID);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a number', 5],
  ['another word', 'abc'],
  ['a trace id alone', ID],
  ['an id in capitals', `00-${ID.toUpperCase()}-b7ad6b7169203331-01`],
  ['an id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['a parent of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
  ['the version that there is not', `ff-${ID}-b7ad6b7169203331-01`],
  ['a line behind it', `00-${ID}-b7ad6b7169203331-01\nforged`],
  ['a line before it', `\n00-${ID}-b7ad6b7169203331-01`],
])('%s tells none', (_what, traceparent) => {
  expect(traceIdOf(traceparent)).toBeUndefined();
});
