/** The newer format of captures: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/. */
import type { BrokenCapture, CapturedPacket } from './capture.js';
import type { CaptureTime } from './entries.js';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_RESOLUTION = 9;
/** Type and length before a block's body, and the length again after it. */
const BLOCK_BYTES_LEAST = 12;

/** What packets are captured on. */
interface Interface {
  readonly linkType: number;
  /** Of the captured bytes, 0 for no limit. */
  readonly snapLength: number;
  readonly unitsPerSecond: bigint;
}

/** Whether these are the bytes of such a capture. */
export function isPcapng(file: Uint8Array): boolean {
  return file.length >= 4 && new DataView(file.buffer, file.byteOffset).getUint32(0) === SECTION_HEADER;
}

/** The packets of such a capture. */
export function* pcapngPackets(file: Uint8Array): Generator<CapturedPacket | BrokenCapture> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let littleEndian = true;
  let interfaces: Interface[] = [];
  let at = 0;
  for (let count = 1; at < file.length; count += 1) {
    const broken = { broken: `the capture ends inside block ${count}, or makes no sense there` };
    if (at + BLOCK_BYTES_LEAST > file.length) {
      yield broken;
      return;
    }
    // The type of a section's header reads the same both ways, and its body says how to read the rest.
    if (view.getUint32(at, true) === SECTION_HEADER) {
      littleEndian = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, littleEndian);
    if (length < BLOCK_BYTES_LEAST || length % 4 !== 0 || at + length > file.length) {
      yield broken;
      return;
    }
    const body = new DataView(file.buffer, file.byteOffset + at + 8, length - BLOCK_BYTES_LEAST);
    const found = readBlock(new Block(view.getUint32(at, littleEndian), body, littleEndian), interfaces);
    if (found === 'malformed') {
      yield broken;
      return;
    }
    if (found !== undefined) yield found;
    at += length;
  }
}

/** One block, whose integers are read in the order of its section. */
class Block {
  readonly type: number;
  readonly body: DataView;
  readonly #littleEndian: boolean;

  constructor(type: number, body: DataView, littleEndian: boolean) {
    this.type = type;
    this.body = body;
    this.#littleEndian = littleEndian;
  }

  get length(): number {
    return this.body.byteLength;
  }

  uint16(at: number): number {
    return this.body.getUint16(at, this.#littleEndian);
  }

  uint32(at: number): number {
    return this.body.getUint32(at, this.#littleEndian);
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.body.buffer, this.body.byteOffset + at, length);
  }
}

/** A packet, or undefined for a block that is none. Interfaces are added to those of the section. */
function readBlock(block: Block, interfaces: Interface[]): CapturedPacket | 'malformed' | undefined {
  if (block.type === INTERFACE) {
    if (block.length < 8) return 'malformed';
    interfaces.push(readInterface(block));
    return undefined;
  }
  if (block.type === ENHANCED_PACKET) return readEnhancedPacket(block, interfaces);
  return block.type === SIMPLE_PACKET ? readSimplePacket(block, interfaces) : undefined;
}

function readInterface(block: Block): Interface {
  let unitsPerSecond = 1_000_000n;
  let at = 8;
  while (at + 4 <= block.length) {
    const [code, length] = [block.uint16(at), block.uint16(at + 2)];
    if (code === 0 || at + 4 + length > block.length) break;
    if (code === OPTION_RESOLUTION && length >= 1) unitsPerSecond = resolution(block.body.getUint8(at + 4));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { linkType: block.uint16(0), snapLength: block.uint32(4), unitsPerSecond };
}

/** A power of ten, or of two if the highest bit is set. */
function resolution(byte: number): bigint {
  return (byte & 0x80) === 0 ? 10n ** BigInt(byte) : 2n ** BigInt(byte & 0x7f);
}

function readEnhancedPacket(block: Block, interfaces: readonly Interface[]): CapturedPacket | 'malformed' {
  const on = block.length < 20 ? undefined : interfaces[block.uint32(0)];
  if (on === undefined || 20 + block.uint32(12) > block.length) return 'malformed';
  const units = (BigInt(block.uint32(4)) << 32n) | BigInt(block.uint32(8));
  return { bytes: block.bytes(20, block.uint32(12)), linkType: on.linkType, time: timeOf(units, on.unitsPerSecond) };
}

/** Such a packet has no time, and is on the first interface. */
function readSimplePacket(block: Block, interfaces: readonly Interface[]): CapturedPacket | 'malformed' {
  const on = block.length < 4 ? undefined : interfaces[0];
  if (on === undefined) return 'malformed';
  const captured = on.snapLength === 0 ? block.uint32(0) : Math.min(block.uint32(0), on.snapLength);
  if (4 + captured > block.length) return 'malformed';
  return { bytes: block.bytes(4, captured), linkType: on.linkType, time: undefined };
}

function timeOf(units: bigint, perSecond: bigint): CaptureTime {
  const nanoseconds = Number(((units % perSecond) * 1_000_000_000n) / perSecond);
  return { seconds: Number(units / perSecond), nanoseconds };
}
