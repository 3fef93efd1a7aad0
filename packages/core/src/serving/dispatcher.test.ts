import { messagePack } from '../codec/messagepack';
import type { IncomingRequest, Refusal } from '../engine/engine';
import { RpcError } from '../errors';
import { EndpointEvents } from '../reporting/events';
import { EndpointLog, type Logger } from '../reporting/log';
import { newCounters } from '../reporting/stats';
import { defineService } from '../service/define-service';
import { Dispatcher } from './dispatcher';
import type { RequestSource } from './handling';
import { compilePipeline } from './pipeline';

const codec = messagePack();
const FROM = { host: '10.6.6.6', port: 6 };

interface Shop {
  sell(word: string): unknown;
}

/** A dispatcher over a replier that keeps what it is given, as any transport may be one. */
function shop(sell: (word: string) => unknown, wanted = () => true) {
  const Shop = defineService<Shop>('Shop', { sell: {} });
  const contract = Shop.methods.get('sell')!;
  const [answers, refusals]: [unknown[], Refusal[]] = [[], []];
  const source: RequestSource = {
    wire: 'native',
    replier: {
      respond: (_request, payload) => {
        if (wanted()) answers.push(codec.decode(payload));
        return wanted();
      },
      refuse: (_request, refusal) => void refusals.push(refusal),
    },
    codec,
    refuses: true,
    carriesMetadata: true,
    methods: new Map([['Shop.sell', { contract, own: false, pipeline: compilePipeline(contract, { sell }) }]]),
    clocks: { now: () => 0, wallClock: () => 0 },
    describeUnknown: (key) => ({ declared: undefined, key, served: ['Shop'] }),
    channelTo: () => {
      throw new Error('nobody asks');
    },
  };
  const counters = newCounters();
  const quiet: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const log = new EndpointLog(quiet, 'info', () => 0);
  const events = new EndpointEvents({ counters, log, now: () => 0 });
  const laterTurns = jest.fn();
  const dispatcher = new Dispatcher({ events, answeredLater: laterTurns });
  return { dispatcher, source, answers, refusals, counters, laterTurns };
}

function ignore(): void {
  // On purpose.
}

function request(method: string | number = 'Shop.sell', ...args: unknown[]): IncomingRequest {
  return {
    from: FROM,
    via: undefined,
    method,
    args: codec.encode(args),
    delivery: 'at-most-once',
    oneWay: false,
    metadata: undefined,
    deadline: 5000,
    deadlineFromCaller: true,
  };
}

test('a synchronous handler is answered in the same turn, and runs while it runs', () => {
  const running: number[] = [];
  const at = shop((word) => {
    running.push(at.dispatcher.running);
    return word;
  });
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  expect(at.answers).toEqual(['tea']);
  expect(running).toEqual([1]);
  expect(at.dispatcher.running).toBe(0);
  expect(at.counters.requests).toEqual({ received: 1, answered: 1, failed: 0, abandoned: 0 });
  expect(at.laterTurns).not.toHaveBeenCalled();
});

test('whoever waits for the handlers waits for one that is synchronous, too', async () => {
  const ended: string[] = [];
  const at = shop((word) => {
    void at.dispatcher.whenIdle().then(() => ended.push('idle'));
    return word;
  });
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  ended.push('answered');
  await Promise.resolve();
  expect(ended).toEqual(['answered', 'idle']);
});

test('an answer that nobody wants any more is not counted as given', () => {
  const at = shop(
    (word) => word,
    () => false,
  );
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  expect(at.counters.requests).toEqual({ received: 1, answered: 0, failed: 0, abandoned: 1 });
  expect(at.dispatcher.running).toBe(0);
});

test('a request that is abandoned while its handler runs synchronously is not answered', () => {
  const at = shop((word) => {
    at.dispatcher.abandonAll(new RpcError('CLOSED', 'gone'));
    return word;
  });
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  expect(at.answers).toEqual([]);
  expect(at.counters.requests).toEqual({ received: 1, answered: 0, failed: 0, abandoned: 1 });
});

test('a handler that throws after its request was abandoned is neither refused again nor counted twice', () => {
  const at = shop(() => {
    at.dispatcher.abandonAll(new RpcError('CLOSED', 'gone'));
    throw new Error('boom');
  });
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  expect(at.refusals).toEqual([{ code: 'CLOSED', executed: 'unknown', message: '' }]);
  expect(at.counters.requests).toEqual({ received: 1, answered: 0, failed: 0, abandoned: 1 });
});

test('a promise is answered in a later turn, which is announced', async () => {
  const at = shop((word) => Promise.resolve(word));
  at.dispatcher.handle(at.source, request('Shop.sell', 'tea'));
  expect(at.dispatcher.running).toBe(1);
  await new Promise(setImmediate);
  expect(at.answers).toEqual(['tea']);
  expect(at.laterTurns).toHaveBeenCalledTimes(1);
  expect(at.counters.requests.answered).toBe(1);
});

test('an engine that keeps a request keeps nothing of its handler once that has ended', async () => {
  const at = shop((word) => Promise.resolve(word));
  const sold = request('Shop.sell', 'tea');
  at.dispatcher.handle(at.source, sold);
  expect(sold.handling).toBeDefined();
  await new Promise(setImmediate);
  expect(sold.handling).toBeUndefined();
});
