import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
  SEALED_PLAIN_PACKET_1,
} from '../../wire/native/packet';
import { opening, pair } from '../../../test/native/private-network';

describe('an engine', () => {
  test('owns the datagrams whose first byte says so', () => {
    const { a } = pair();
    const owned = Array.from({ length: 256 }, (_, first) => first).filter((first) =>
      a.engine.owns(Uint8Array.of(first)),
    );
    expect(owned).toEqual([
      OPENING_PACKET,
      PLAIN_PACKET,
      RESET,
      RETRY,
      SEALED_OPENING_PACKET,
      SEALED_PLAIN_PACKET,
      SEALED_PLAIN_PACKET_1,
    ]);
    expect(a.engine.owns(new Uint8Array(0))).toBe(false);
  });

  test('names a method by a hash', () => {
    const { a } = pair();
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(a.engine.wireMethod(text('Math'), text('add'))).not.toEqual(a.engine.wireMethod(text('Math'), text('sub')));
    expect(a.engine.wire).toBe('native');
    expect(a.engine.describe(opening()).type).toBe('opening 0 [HELLO PING]');
  });
});
