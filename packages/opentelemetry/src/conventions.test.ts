/** Holds our names to the list of the stable ones that OpenTelemetry publishes. */
import * as stable from '@opentelemetry/semantic-conventions';
import type { TracedMessage } from '@rpcudp/core/endpoint';
import { callerAttributes, endAttributes, metricAttributes, serverAttributes, spanAttributes } from './conventions';

const NAMES = new Set<unknown>(Object.values(stable));

const MESSAGE: TracedMessage = {
  service: 'Stock',
  method: 'take',
  name: 'Stock/take',
  remote: '[::1]:7000',
  wire: 'native',
  stream: undefined,
  delivery: 'idempotent',
  code: 'UNAVAILABLE',
};

test('every attribute is a stable one of the conventions, or says that it is ours', () => {
  const names = Object.keys({
    ...spanAttributes(MESSAGE),
    ...serverAttributes(MESSAGE),
    ...callerAttributes(MESSAGE),
    ...endAttributes(MESSAGE, true),
  });
  expect(names.filter((name) => !name.startsWith('rpcudp.') && !NAMES.has(name))).toEqual([]);
});

test('a duration has the attributes that the conventions require, and none that a stranger chooses', () => {
  expect(Object.keys(metricAttributes(MESSAGE, true)).sort()).toEqual(
    [stable.ATTR_ERROR_TYPE, stable.ATTR_RPC_METHOD, stable.ATTR_RPC_STATUS_CODE, stable.ATTR_RPC_SYSTEM_NAME].sort(),
  );
});

test('durations have the names of the conventions', () => {
  expect([stable.METRIC_RPC_CLIENT_CALL_DURATION, stable.METRIC_RPC_SERVER_CALL_DURATION]).toEqual([
    'rpc.client.call.duration',
    'rpc.server.call.duration',
  ]);
});
