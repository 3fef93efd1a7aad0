/** The classic format of captures: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/. */
import type { BrokenCapture, CapturedPacket } from './capture.js';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;

/** The order of bytes and the unit of time, which the first four bytes say; undefined if they are no capture's. */
function magicOf(view: DataView): { readonly littleEndian: boolean; readonly nanosecondsPerUnit: number } | undefined {
  if (view.byteLength < 4) return undefined;
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MICROSECONDS) return { littleEndian, nanosecondsPerUnit: 1000 };
    if (magic === NANOSECONDS) return { littleEndian, nanosecondsPerUnit: 1 };
  }
  return undefined;
}

/** Whether these are the bytes of a classic capture. */
export function isPcap(file: Uint8Array): boolean {
  return magicOf(viewOf(file)) !== undefined;
}

/** The packets of a classic capture. */
export function* pcapPackets(file: Uint8Array): Generator<CapturedPacket | BrokenCapture> {
  const view = viewOf(file);
  const magic = magicOf(view);
  if (magic === undefined || view.byteLength < FILE_HEADER_BYTES) {
    yield { broken: 'the capture ends inside its header, or has none' };
    return;
  }
  const { littleEndian, nanosecondsPerUnit } = magic;
  // The upper bits say whether packets end with a checksum, which lies behind the datagram.
  const linkType = view.getUint32(20, littleEndian) & 0xffff;
  let at = FILE_HEADER_BYTES;
  for (let count = 1; at < view.byteLength; count += 1) {
    const start = at + PACKET_HEADER_BYTES;
    const length = start <= view.byteLength ? view.getUint32(at + 8, littleEndian) : 0;
    if (start + length > view.byteLength) {
      yield { broken: `the capture ends inside packet ${count}` };
      return;
    }
    const seconds = view.getUint32(at, littleEndian);
    const nanoseconds = view.getUint32(at + 4, littleEndian) * nanosecondsPerUnit;
    yield { bytes: file.subarray(start, start + length), linkType, time: { seconds, nanoseconds } };
    at = start + length;
  }
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}
