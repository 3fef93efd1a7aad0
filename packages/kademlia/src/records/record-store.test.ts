import fc from 'fast-check';
import { id } from '../../test/contacts';
import {
  CLOCK_SKEW_MS_MAX,
  RECORD_MS_MAX,
  RECORD_OVERHEAD_BYTES,
  STORE_BYTES_MAX,
  STORE_SOURCE_SHARE,
} from '../limits';
import { immutable, recordKey, signed, signedKey, type KademliaRecord, type Scalar, type SignedRecord } from './record';
import { RecordStore } from './record-store';
import { signingKeys } from './signing-keys';

const OWN = id('00');
const KEYS = signingKeys(new Uint8Array(32).fill(1));
const KEY = id('80');
const HOUR = 3_600_000;

const scalar = (value: Scalar, key = KEY): KademliaRecord => ({ kind: 'scalar', key, value });
const mutable = (seq: number, expiresAt = 100 * HOUR, text = `value ${seq}`): KademliaRecord =>
  signed(KEYS, Buffer.from(text), { seq, expiresAt });
const MUTABLE_KEY = signedKey(KEYS.publicKey);
const newStore = (options: object = {}): RecordStore => new RecordStore({ own: OWN, ...options });
const seqOf = (store: RecordStore, now = 0): unknown => store.get('signed', MUTABLE_KEY, now)?.record;

describe('scalars', () => {
  test('the last one wins, since nobody can tell who wrote it', () => {
    const store = newStore();
    expect(store.offer({ record: scalar('a'), source: 'x' }, 0)).toBe('stored');
    expect(store.offer({ record: scalar('b'), source: 'y' }, 1)).toBe('stored');
    expect(store.get('scalar', KEY, 2)?.record).toEqual(scalar('b'));
    expect(store.size).toBe(1);
  });

  test('one expires on time, whoever passes it on', () => {
    const store = newStore();
    store.offer({ record: scalar('a'), source: 'publisher' }, 0);
    for (let now = HOUR; now < RECORD_MS_MAX; now += 20 * HOUR)
      expect(store.offer({ record: scalar('a'), source: 'another holder' }, now)).toBe('unchanged');
    expect(store.get('scalar', KEY, RECORD_MS_MAX - 1)).toBeDefined();
    expect(store.get('scalar', KEY, RECORD_MS_MAX)).toBeUndefined();
    expect(store.takeExpired(RECORD_MS_MAX)).toHaveLength(1);
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });

  test('it lives longer if the one who brought it first brings it again', () => {
    const store = newStore();
    store.offer({ record: scalar('a'), source: 'publisher' }, 0);
    expect(store.offer({ record: scalar('a'), source: 'publisher' }, HOUR)).toBe('renewed');
    expect(store.get('scalar', KEY, RECORD_MS_MAX)).toBeDefined();
  });

  test('a record that is handed over with the time that it has left does not live longer for that', () => {
    const store = newStore();
    store.offer({ record: scalar('a'), source: 'holder', expiresAt: HOUR }, 0);
    expect(store.offer({ record: scalar('b'), source: 'holder', expiresAt: -1 }, 0)).toBe('expired');
    expect(store.get('scalar', KEY, HOUR - 1)).toBeDefined();
    expect(store.get('scalar', KEY, HOUR)).toBeUndefined();
  });
});

describe('signed records', () => {
  test('a newer one takes the place of an older one, and never the other way round', () => {
    const store = newStore();
    expect(store.offer({ record: mutable(2), source: 'x' }, 0)).toBe('stored');
    expect(store.offer({ record: mutable(1), source: 'x' }, 0)).toBe('older');
    expect(store.offer({ record: mutable(2), source: 'y' }, 0)).toBe('unchanged');
    expect(store.offer({ record: mutable(3), source: 'y' }, 0)).toBe('stored');
    expect(seqOf(store)).toEqual(mutable(3));
  });

  test('two with the same number: whoever comes first stays', () => {
    const store = newStore();
    store.offer({ record: mutable(2), source: 'x' }, 0);
    expect(store.offer({ record: mutable(2, 100 * HOUR, 'other'), source: 'x' }, 0)).toBe('conflict');
  });

  test('two with the same number: isBetter chooses, of genuine ones, and never between different numbers', () => {
    const asked: string[] = [];
    const isBetter = ({ value }: SignedRecord, than: SignedRecord): boolean => {
      asked.push(`${Buffer.from(value).toString()} ${Buffer.from(than.value).toString()}`);
      return Buffer.compare(value, than.value) > 0;
    };
    const store = newStore({ isBetter });
    const [a, b, c] = ['a', 'b', 'c'].map((text) => mutable(2, 100 * HOUR, text)) as [
      SignedRecord,
      SignedRecord,
      SignedRecord,
    ];
    expect(store.offer({ record: b, source: 'x' }, 0)).toBe('stored');
    expect(store.offer({ record: a, source: 'x' }, 0)).toBe('conflict');
    expect(store.offer({ record: { ...c, signature: a.signature }, source: 'x' }, 0)).toBe('forged');
    // The number says nothing of which of the two was seen.
    expect(store.offer({ record: c, source: 'x', cas: 2 }, 0)).toBe('conflict');
    expect(store.offer({ record: b, source: 'y' }, 0)).toBe('unchanged');
    expect(store.offer({ record: mutable(1, 100 * HOUR, 'z'), source: 'x' }, 0)).toBe('older');
    expect(asked).toEqual(['a b']);
    expect(store.offer({ record: c, source: 'x' }, 0)).toBe('stored');
    expect(store.offer({ record: mutable(3, 100 * HOUR, 'a'), source: 'x' }, 0)).toBe('stored');
    expect(asked).toEqual(['a b', 'c b']);
    store.takeExpired(100 * HOUR);
    expect(store.offer({ record: mutable(3, 101 * HOUR, 'z'), source: 'x' }, 100 * HOUR)).toBe('older');
  });

  test('an old one does not come back when the newer one has ended', () => {
    const store = newStore();
    const old = mutable(1, 20 * HOUR);
    store.offer({ record: old, source: 'x' }, 0);
    store.offer({ record: mutable(2, 2 * HOUR), source: 'x' }, 0);
    store.takeExpired(2 * HOUR);
    expect(store.offer({ record: old, source: 'x' }, 2 * HOUR)).toBe('older');
    expect(store.offer({ record: mutable(2, 9 * HOUR), source: 'x' }, 2 * HOUR)).toBe('older');
    expect(store.offer({ record: mutable(3, 9 * HOUR), source: 'x' }, 2 * HOUR)).toBe('stored');
  });

  test('cas swaps only what the writer has seen', () => {
    const store = newStore();
    expect(store.offer({ record: mutable(1), source: 'x', cas: 7 }, 0)).toBe('stored');
    expect(store.offer({ record: mutable(3), source: 'x', cas: 2 }, 0)).toBe('conflict');
    expect(store.offer({ record: mutable(3), source: 'x', cas: 1 }, 0)).toBe('stored');
    // Again, for its writer has not heard that it is.
    expect(store.offer({ record: mutable(3), source: 'x', cas: 1 }, 0)).toBe('unchanged');
  });

  test('it ends when its owner signed, whatever the one who brings it says', () => {
    const store = newStore();
    store.offer({ record: mutable(1, HOUR), source: 'x', expiresAt: 50 * HOUR }, 0);
    expect(store.get('signed', MUTABLE_KEY, HOUR)).toBeUndefined();
    expect(store.offer({ record: mutable(1, HOUR), source: 'x' }, HOUR)).toBe('expired');
  });

  test('one that is to live for longer than seven days is refused; clocks may differ by CLOCK_SKEW_MS_MAX', () => {
    const store = newStore();
    expect(store.offer({ record: mutable(1, RECORD_MS_MAX + CLOCK_SKEW_MS_MAX + 1), source: 'x' }, 0)).toBe('expired');
    expect(store.offer({ record: mutable(1, RECORD_MS_MAX + CLOCK_SKEW_MS_MAX), source: 'x' }, 0)).toBe('stored');
    expect(store.get('signed', MUTABLE_KEY, RECORD_MS_MAX)).toBeUndefined();
  });

  test('a forged one is never stored', () => {
    const store = newStore();
    const genuine = mutable(5);
    const forged = { ...genuine, value: Uint8Array.of(6, 6, 6) } as KademliaRecord;
    expect(store.offer({ record: forged, source: 'x' }, 0)).toBe('forged');
    expect(store.size).toBe(0);
  });

  test('whatever is offered in whatever order, the number never falls and nothing outlives its signature', () => {
    const records = Array.from({ length: 6 }, (_, seq) => mutable(seq, (seq % 3) * HOUR + HOUR));
    const steps = fc.array(fc.record({ seq: fc.nat(5), waits: fc.nat(HOUR), prunes: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (script) => {
        const store = newStore();
        let [now, highest] = [0, -1];
        for (const { seq, waits, prunes } of script) {
          now += waits;
          if (prunes) store.takeExpired(now);
          const outcome = store.offer({ record: records[seq]!, source: String(seq) }, now);
          const held = store.get('signed', MUTABLE_KEY, now);
          expect(outcome === 'stored' && seq <= highest).toBe(false);
          if (outcome === 'stored') highest = seq;
          expect(held === undefined || (held.record === records[highest] && held.expiresAt > now)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('immutable records', () => {
  test('lie under the hash of what they are, beside records of other kinds', () => {
    const store = newStore();
    const record = immutable(Uint8Array.of(1, 2, 3));
    store.offer({ record, source: 'x' }, 0);
    store.offer({ record: scalar('squatter', recordKey(record)), source: 'y' }, 0);
    expect(store.get('immutable', recordKey(record), 0)?.record).toBe(record);
    expect([...store.records()]).toHaveLength(2);
  });
});

describe('limits', () => {
  const BYTES = RECORD_OVERHEAD_BYTES + 8;
  const numbered = (index: number): KademliaRecord => scalar(index, id(index.toString(16).padStart(2, '0')));

  test('by default there is room for STORE_BYTES_MAX, and for one source STORE_SOURCE_SHARE of it', () => {
    const store = newStore();
    const value = new Uint8Array(1_000_000);
    let index = 0;
    const fill = (source: string): number => {
      let stored = 0;
      while (
        store.offer({ record: scalar(value, id((index += 1).toString(16).padStart(4, '0'))), source }, 0) === 'stored'
      )
        stored += 1;
      return stored;
    };
    expect(fill('greedy')).toBe(
      Math.floor((STORE_BYTES_MAX * STORE_SOURCE_SHARE) / (1_000_000 + RECORD_OVERHEAD_BYTES)),
    );
    for (let source = 0; source < 8; source += 1) fill(`source ${source}`);
    expect(store.bytes).toBeLessThanOrEqual(STORE_BYTES_MAX);
    expect(store.bytes).toBeGreaterThan(STORE_BYTES_MAX - 2_000_000);
  });

  test('when it is full, the farthest makes room for a nearer one, and none for a farther one', () => {
    const store = newStore({ bytesMax: 4 * BYTES, sourceBytesMax: 99 * BYTES });
    for (const index of [10, 20, 30, 40]) store.offer({ record: numbered(index), source: 'x' }, 0);
    expect(store.offer({ record: numbered(50), source: 'x' }, 0)).toBe('full');
    expect(store.offer({ record: numbered(15), source: 'x' }, 0)).toBe('stored');
    expect([...store.records()].map(({ record }) => record.value).sort()).toEqual([10, 15, 20, 30]);
    expect(store.bytes).toBe(4 * BYTES);
  });

  test('what one source may have it may change', () => {
    const store = newStore({ sourceBytesMax: BYTES });
    store.offer({ record: scalar(1), source: 'x' }, 0);
    expect(store.offer({ record: scalar(2), source: 'x' }, 0)).toBe('stored');
    expect(store.offer({ record: numbered(7), source: 'x' }, 0)).toBe('full');
    expect(store.offer({ record: numbered(7), source: 'y' }, 0)).toBe('stored');
  });

  test('whatever is offered, bytes are what the records have together, and never more than allowed', () => {
    const offers = fc.array(
      fc.record({ index: fc.nat(15), bytes: fc.nat(900), source: fc.constantFrom('x', 'y', 'z'), waits: fc.nat(90) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(offers, (script) => {
        const store = newStore({ bytesMax: 6000, sourceBytesMax: 3000, recordMsMax: 500 });
        let now = 0;
        for (const { index, bytes, source, waits } of script) {
          now += waits;
          store.offer({ record: scalar(new Uint8Array(bytes), id(index.toString(16).padStart(2, '0'))), source }, now);
          if (waits % 7 === 0) store.takeExpired(now);
          const held = [...store.records()];
          expect(store.bytes).toBe(held.reduce((sum, each) => sum + each.bytes, 0));
          expect(store.bytes).toBeLessThanOrEqual(6000);
          for (const each of ['x', 'y', 'z']) {
            const ofSource = held
              .filter((record) => record.source === each)
              .reduce((sum, record) => sum + record.bytes, 0);
            expect(ofSource).toBeLessThanOrEqual(3000);
          }
        }
      }),
    );
  });
});
