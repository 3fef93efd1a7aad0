import type { IncomingRequest } from '../engine/engine';
import { RpcError } from '../errors';
import { FIELD_CHARACTERS_MAX, INSPECTED_CALLS_MAX, INSPECTED_METHODS_MAX, INSPECTED_SOURCES_MAX } from '../limits';
import type { ObservedCall } from '../reporting/call-observer';
import { CallRecorder, INSPECTION_NAME } from './call-recorder';

const sell = { service: 'Shop', property: 'sell' };

class Clock {
  ms = 0;
  now = (): number => this.ms;
  wallClock = (): number => 1_000_000 + this.ms;
}

function request(host = '10.0.0.9', fields: Partial<IncomingRequest> = {}): IncomingRequest {
  return { from: { host, port: 5 }, args: new Uint8Array(7), method: 1, ...fields } as IncomingRequest;
}

function call(fields: Partial<ObservedCall> = {}): ObservedCall {
  const contract = sell;
  const args = new Uint8Array(3);
  return {
    contract,
    remote: 'a:1',
    args,
    streams: undefined,
    executed: 'yes',
    answerBytes: 9,
    answerItems: 0,
    ...fields,
  };
}

test('a request is told with its times and sizes, and with nothing of what it carries', () => {
  const clock = new Clock();
  const recorder = new CallRecorder(clock);
  const one = request();
  recorder.requestStarted(one, sell);
  clock.ms = 20;

  const told = { id: 1, side: 'server', service: 'Shop', method: 'sell', peer: '10.0.0.9:5', startedAt: 1_000_000 };
  expect(recorder.running(10)).toEqual([{ ...told, argsBytes: 7 }]);

  const answered = { answerBytes: 5, answerItems: 0 };
  recorder.requestEnded(one, sell, { outcome: 'answered', executed: 'yes', answered });

  expect(recorder.running(10)).toEqual([]);
  expect(recorder.endedSince(0)).toEqual([
    { ...told, argsBytes: 7, durationMs: 20, outcome: 'answered', executed: 'yes', answerBytes: 5 },
  ]);
});

test('a call of ours says why it failed, and whether it ran', () => {
  const recorder = new CallRecorder(new Clock());
  const [refused, silent] = [call(), call({ executed: 'unknown' })];
  for (const each of [refused, silent]) recorder.callStarted(each);
  recorder.callEnded(refused, 'failed', new RpcError('NOT_FOUND', 'a secret', { executed: 'no' }));
  recorder.callEnded(silent, 'silent', undefined);

  const [first, second] = recorder.endedSince(0);
  expect(first).toMatchObject({ side: 'client', outcome: 'failed', code: 'NOT_FOUND', executed: 'no' });
  expect(second).toMatchObject({ outcome: 'silent', executed: 'unknown' });
  expect(JSON.stringify(recorder.endedSince(0))).not.toContain('secret');
  expect(second).not.toHaveProperty('answerBytes');
});

test('of a stream, values are counted, and its time is in no figure', () => {
  const recorder = new CallRecorder(new Clock());
  const stream = call({ streams: {}, answerItems: 4 });
  recorder.callStarted(stream);
  recorder.callEnded(stream, 'cancelled', new RpcError('CANCELLED', 'left', { executed: 'yes' }));

  expect(recorder.endedSince(0)[0]).toMatchObject({ outcome: 'cancelled', answerBytes: 9, answerItems: 4 });
  expect(recorder.methods.all[0]).toMatchObject({ side: 'client', started: 1, answered: 0, failed: 1 });
  expect(recorder.latencies.client.since(new CallRecorder(new Clock()).latencies.client)).toEqual({ calls: 0 });
});

test('what is not served is told by what the wire calls it, cut', () => {
  const recorder = new CallRecorder(new Clock());
  recorder.requestUnknown(request('10.0.0.9', { method: 0xab }));
  recorder.requestUnknown(request('10.0.0.9', { method: 'x'.repeat(1_000_000) }));

  const [hash, name] = recorder.endedSince(0);
  expect(hash).toMatchObject({ service: '?', method: '0x000000ab', outcome: 'refused', code: 'UNIMPLEMENTED' });
  expect(name!.method).toHaveLength(FIELD_CHARACTERS_MAX);
  expect(recorder.methods.all).toEqual([]);
});

test('a request that is refused before it starts is told all the same', () => {
  const recorder = new CallRecorder(new Clock());
  recorder.requestEnded(request(), sell, { outcome: 'refused', code: 'UNAVAILABLE', executed: 'no' });
  expect(recorder.endedSince(0)).toMatchObject([{ method: 'sell', outcome: 'refused', code: 'UNAVAILABLE' }]);
});

test('whoever looks does not see himself looking', () => {
  const recorder = new CallRecorder(new Clock());
  const own = { service: INSPECTION_NAME, property: 'watch' };
  const [mine, theirs] = [call({ contract: own }), request()];
  recorder.callStarted(mine);
  recorder.callEnded(mine, 'answered', undefined);
  recorder.requestStarted(theirs, own);
  recorder.requestEnded(theirs, own, { outcome: 'answered', executed: 'yes' });

  expect([recorder.running(10), recorder.endedSince(0), recorder.methods.all]).toEqual([[], [], []]);
});

describe('memory does not grow', () => {
  test('with calls: INSPECTED_CALLS_MAX are remembered, the last ones', () => {
    const recorder = new CallRecorder(new Clock());
    const calls = INSPECTED_CALLS_MAX + 10;
    for (let made = 0; made < calls; made += 1) recorder.requestUnknown(request());

    const ids = recorder.endedSince(0).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: INSPECTED_CALLS_MAX }, (_, index) => index + 11));
    expect(recorder.endedSince(calls - 2).map(({ id }) => id)).toEqual([calls - 1, calls]);
    expect(recorder.endedSince(calls)).toEqual([]);
  });

  test('with methods: INSPECTED_METHODS_MAX are kept apart, and further ones counted together', () => {
    const recorder = new CallRecorder(new Clock());
    for (let made = 0; made <= INSPECTED_METHODS_MAX; made += 1) {
      const each = call({ contract: { service: 'Shop', property: `sell${made}` } });
      recorder.callStarted(each);
      recorder.callEnded(each, 'answered', undefined);
    }
    expect(recorder.methods.all).toHaveLength(INSPECTED_METHODS_MAX);
    expect(recorder.endedCount).toBe(INSPECTED_METHODS_MAX + 1);
  });

  test('with sources: of INSPECTED_SOURCES_MAX drops are counted, of those that were heard last', () => {
    const recorder = new CallRecorder(new Clock());
    recorder.dropped({ host: '10.0.0.1', port: 1 });
    for (let port = 1; port <= INSPECTED_SOURCES_MAX; port += 1) {
      recorder.dropped({ host: '10.0.0.2', port: 1 });
      recorder.dropped({ host: '10.0.0.3', port });
    }
    expect(recorder.droppedOf('10.0.0.1:1')).toBe(0);
    expect(recorder.droppedOf('10.0.0.2:1')).toBe(INSPECTED_SOURCES_MAX);
    expect(recorder.droppedOf(`10.0.0.3:${INSPECTED_SOURCES_MAX}`)).toBe(1);
  });
});
