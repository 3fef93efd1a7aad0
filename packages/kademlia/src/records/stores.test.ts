import { contact, id } from '../../test/contacts';
import { PROVIDERS_MAX, PROVIDERS_PER_KEY_MAX, PROVIDER_MS, SEQUENCE_FLOORS_MAX } from '../limits';
import { ProviderStore } from './provider-store';
import { SequenceFloors } from './sequence-floors';
import { sourceOf } from './source';
import { StoreTokens, TOKEN_BYTES, TOKEN_MS } from './tokens';

describe('providers', () => {
  const ROOM = id('80');

  test('are named newest first, each address once, for PROVIDER_MS', () => {
    const store = new ProviderStore();
    store.add(ROOM, contact('01', 1), 0);
    store.add(ROOM, contact('02', 2), 1);
    store.add(ROOM, contact('01', 1), 2);
    expect(store.get(ROOM, 3).map(({ port }) => port)).toEqual([1001, 1002]);
    expect(store.get(ROOM, PROVIDER_MS + 1).map(({ port }) => port)).toEqual([1001]);
    store.prune(PROVIDER_MS + 2);
    expect([store.size, store.get(ROOM, 0)]).toEqual([0, []]);
  });

  test('one that stops is named no more, and others stay', () => {
    const store = new ProviderStore();
    store.add(ROOM, contact('01', 1), 0);
    store.add(ROOM, contact('02', 2), 0);
    store.remove(ROOM, contact('01', 1));
    store.remove(ROOM, contact('03', 3));
    store.remove(id('90'), contact('02', 2));
    expect(store.get(ROOM, 1)).toEqual([contact('02', 2)]);
    store.remove(ROOM, contact('02', 2));
    expect(store.size).toBe(0);
  });

  test('PROVIDERS_PER_KEY_MAX of one key are remembered, the newest of them', () => {
    const store = new ProviderStore();
    for (let index = 0; index <= PROVIDERS_PER_KEY_MAX; index += 1) store.add(ROOM, contact(id('01'), index), 0);
    const ports = store.get(ROOM, 1).map(({ port }) => port);
    expect([ports.length, ports[0], ports.at(-1)]).toEqual([PROVIDERS_PER_KEY_MAX, 1000 + PROVIDERS_PER_KEY_MAX, 1001]);
    expect(store.size).toBe(PROVIDERS_PER_KEY_MAX);
  });

  test('PROVIDERS_MAX of all keys, and those that are there may stay', () => {
    const store = new ProviderStore();
    for (let index = 0; index < PROVIDERS_MAX; index += 1)
      store.add(id(index.toString(16).padStart(5, '0')), contact('01', 1), 0);
    expect(store.add(ROOM, contact('02', 2), 0)).toBe(false);
    expect(store.get(ROOM, 1)).toEqual([]);
    expect(store.add(id('00000'), contact('01', 1), 5)).toBe(true);
  });
});

describe('sequence floors', () => {
  test('never fall, and are forgotten when they are not needed', () => {
    const floors = new SequenceFloors();
    floors.raise('a', 5, 100);
    floors.raise('a', 3, 900);
    expect(floors.get('a')).toBe(5);
    floors.prune(100);
    expect(floors.get('a')).toBeUndefined();
  });

  test('SEQUENCE_FLOORS_MAX are remembered', () => {
    const floors = new SequenceFloors();
    for (let index = 0; index <= SEQUENCE_FLOORS_MAX; index += 1) floors.raise(`record ${index}`, 1, 10);
    expect([floors.get('record 0'), floors.get('record 1')]).toEqual([undefined, 1]);
  });
});

describe('sources', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8::1', '2001:db8:0:0::'],
    ['::1', '0:0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0:0::'],
    ['2001:db8:1::', '2001:db8:1:0::'],
  ])('%s is of %s', (host, source) => expect(sourceOf(host)).toBe(source));
});

describe('store tokens', () => {
  const newTokens = (): StoreTokens => {
    let byte = 0;
    return new StoreTokens(0, (length) => new Uint8Array(length).fill((byte += 1)));
  };

  test('are good for the address that got them alone', () => {
    const tokens = newTokens();
    const token = tokens.issue('10.0.0.1:1', 0);
    expect(token).toHaveLength(TOKEN_BYTES);
    expect(tokens.accepts(token, '10.0.0.1:1', 1)).toBe(true);
    expect(tokens.accepts(token, '10.0.0.2:1', 1)).toBe(false);
    expect(tokens.accepts(token.subarray(1), '10.0.0.1:1', 1)).toBe(false);
    expect(tokens.accepts(new Uint8Array(TOKEN_BYTES), '10.0.0.1:1', 1)).toBe(false);
  });

  test('are good for TOKEN_MS, and for no more than twice that, also after a long pause', () => {
    const tokens = newTokens();
    const token = tokens.issue('a', 0);
    expect(tokens.accepts(token, 'a', 2 * TOKEN_MS - 1)).toBe(true);
    expect(tokens.accepts(token, 'a', 2 * TOKEN_MS)).toBe(true);
    expect(tokens.accepts(token, 'a', 3 * TOKEN_MS)).toBe(false);
    const other = newTokens();
    const old = other.issue('a', 0);
    expect(other.accepts(old, 'a', 9 * TOKEN_MS)).toBe(false);
  });
});
