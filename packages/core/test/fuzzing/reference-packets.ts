/**
 * A second decoder of packets, written from docs/protocol.md §2, §3 and §11.2 alone, in the plainest way: what the real one
 * says of any bytes must be the same. Gives packets as `decodePacket` does.
 */

const FAILED = new Error('not there');

/** Takes numbers and bytes off the front, and fails where there are none. */
class Front {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw FAILED;
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  number(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  varint(): number {
    const kind = (this.bytes[this.at] ?? 0) >> 6;
    if (kind === 0) return this.number(1);
    if (kind === 1) return this.number(2) - 2 ** 14;
    if (kind === 2) return this.number(4) - 2 ** 31;
    throw FAILED;
  }

  block(): Uint8Array {
    return this.take(this.varint());
  }
}

function check(holds: boolean): void {
  if (!holds) throw FAILED;
}

/** What `read` gives, or what stands for bytes that are cut off or wrong. */
function orElse<T, E>(otherwise: E, read: () => T): T | E {
  try {
    return read();
  } catch (error) {
    if (error === FAILED) return otherwise;
    throw error;
  }
}

const idOf = (bytes: Uint8Array): Uint8Array | undefined => (bytes.every((byte) => byte === 0) ? undefined : bytes);

export function referencePacket(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return 'too-small';
  const type = bytes[0]!;
  const front = new Front(bytes);
  front.at = 1;
  if (type === 0xc1 || type === 0xc5) return opening(front, type);
  if (type === 0xc2 || type === 0xc6 || type === 0xc7) return plain(front, type);
  if (type === 0xc3 || type === 0xc4) return unsealed(front, type);
  return 'unknown-type';
}

/** A reset or a retry: an id, and a token up to the end. */
function unsealed(front: Front, type: number): unknown {
  const tokenBytes = front.bytes.length - 9;
  const isGood = type === 0xc3 ? tokenBytes === 0 || tokenBytes === 16 : tokenBytes >= 1 && tokenBytes <= 32;
  if (!isGood) return 'malformed-packet';
  return { type, id: front.take(8), token: tokenBytes === 0 ? undefined : front.take(tokenBytes) };
}

function opening(front: Front, type: number): unknown {
  if (front.bytes.length <= 22) return 'too-small';
  if (front.number(1) !== 1) return 'unknown-version';
  const ids = { sourceId: front.take(8), destinationId: idOf(front.take(8)) };
  if (idOf(ids.sourceId) === undefined) return 'malformed-packet';
  const number = front.number(4);
  if (type === 0xc1) return withFrames(front, { type, ...ids, number }, true);
  return orElse('too-small', () => {
    const [token, handshake] = [front.block(), front.block()];
    check(front.left > 16);
    if (token.length > 32 || handshake.length > 256) return 'malformed-packet';
    const sealed = front.take(front.left);
    return { type, ...ids, number, token: token.length === 0 ? undefined : token, handshake, sealed };
  });
}

function plain(front: Front, type: number): unknown {
  if (front.bytes.length <= (type === 0xc2 ? 13 : 29)) return 'too-small';
  const header = { type, destinationId: front.take(8), number: front.number(4) };
  if (type === 0xc2) return withFrames(front, header, false);
  return { ...header, phase: type - 0xc6, sealed: front.take(front.left) };
}

function withFrames(front: Front, header: object, hello: boolean): unknown {
  return orElse('malformed-packet', () => {
    const frames: { type: number }[] = [];
    const start = front.at;
    while (front.left > 0) {
      const isHello = front.bytes[front.at] === 3;
      check(isHello === (hello && front.at === start));
      const frame = frameOf(front);
      if (frame !== undefined) frames.push(frame);
    }
    check(frames.length > 0);
    return { ...header, frames };
  });
}

/** The one frame that a message joined from parts must be. */
export function referenceMessage(bytes: Uint8Array): unknown {
  return orElse(undefined, () => {
    const front = new Front(bytes);
    const frame = frameOf(front);
    check(front.left === 0 && frame !== undefined);
    const isReplyEnd = frame!.type === 0x13 && (frame as { side?: number }).side === 1;
    check(isReplyEnd || (frame!.type >= 4 && frame!.type <= 6));
    return frame;
  });
}

/** A frame; undefined for a byte of PADDING. */
function frameOf(front: Front): { type: number } | undefined {
  const type = front.number(1);
  const read = FRAMES[type];
  check(type === 0 || read !== undefined);
  return read && { type, ...read(front) };
}

const FRAMES: Readonly<Record<number, (front: Front) => object>> = {
  0x01: () => ({}),
  0x02: acknowledgement,
  0x03: (front) => ({
    ageMs: front.varint(),
    messageBytesMax: front.varint(),
    callsMax: front.varint(),
    features: featuresOf(new Front(front.block())),
  }),
  0x04: call,
  0x05: (front) => ({ number: front.varint(), value: front.block() }),
  0x06: (front) => ({
    number: front.varint(),
    code: front.number(1),
    executed: front.number(1),
    details: front.block(),
  }),
  0x07: part,
  0x08: (front) => ({ number: front.varint() }),
  0x09: () => ({}),
  0x0a: () => ({}),
  0x10: (front) => ({ ...ofStream(front), index: front.varint(), bytes: front.block() }),
  0x11: itemPart,
  0x12: (front) => ({ ...ofStream(front), taken: front.varint(), items: front.varint(), bytes: front.varint() }),
  0x13: (front) => ({ ...ofStream(front), count: front.varint(), code: front.number(1), value: front.block() }),
  0x14: (front) => ({ number: front.varint() }),
  0x30: (front) => ({ bytes: front.take(8) }),
  0x31: (front) => ({ bytes: front.take(8) }),
};

function acknowledgement(front: Front): object {
  const end = front.number(4);
  const delayMicros = front.varint();
  const count = front.varint();
  check(count >= 1 && count <= 32);
  const ranges = [{ start: end - front.varint(), end }];
  while (ranges.length < count) {
    const next = ranges.at(-1)!.start - front.varint() - 2;
    ranges.push({ start: next - front.varint(), end: next });
  }
  return { delayMicros, ranges };
}

function featuresOf(front: Front): object[] {
  const features: object[] = [];
  while (front.left > 0) features.push({ id: front.varint(), value: front.block() });
  return features;
}

function call(front: Front): object {
  const number = front.varint();
  const flags = front.number(1);
  const [hasStreams, oneWay] = [flags >= 16, flags % 8 >= 4];
  check(flags < 64 && flags % 4 < 3 && (number % 2 === 0) === (hasStreams || flags % 4 < 2) && !(hasStreams && oneWay));
  const delivery = ['at-most-once', 'idempotent', 'best-effort'][flags % 4];
  const [method, deadlineMs] = [front.number(4), front.varint()];
  const credit = flags % 32 >= 16 ? { items: front.varint(), bytes: front.varint() } : undefined;
  const streams = hasStreams ? { credit, takes: flags >= 32 } : undefined;
  const metadata = flags % 16 >= 8 ? front.block() : undefined;
  return { number, delivery, oneWay, method, deadlineMs, streams, metadata, args: front.block() };
}

function ofStream(front: Front): object {
  const [number, side] = [front.varint(), front.number(1)];
  check(side <= 1);
  return { number, side };
}

function itemPart(front: Front): object {
  const stream = ofStream(front);
  const [index, total, offset, bytes] = [front.varint(), front.varint(), front.varint(), front.block()];
  check(bytes.length > 0 && offset + bytes.length <= total);
  return { ...stream, index, total, offset, bytes };
}

function part(front: Front): object {
  const number = front.varint();
  const side = front.number(1);
  const [total, offset, bytes] = [front.varint(), front.varint(), front.block()];
  check(side <= 1 && bytes.length > 0 && offset + bytes.length <= total);
  return { number, side, total, offset, bytes };
}
