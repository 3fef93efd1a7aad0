import { ENGINES, nativeOptions } from '../../src/endpoint/engines';
import { NativeEngine } from '../../src/engine/native/native-engine';

/**
 * Binds an endpoint whose associations number their packets from `firstPacketNumber` on: what becomes of great numbers would
 * take weeks to see otherwise.
 */
export function numberedFrom<T>(firstPacketNumber: number, bind: () => T): T {
  const { native } = ENGINES;
  ENGINES.native = (options, ports) =>
    new NativeEngine({ ...nativeOptions(options, ports), firstPacketNumber }, ports.random, ports.now());
  try {
    return bind();
  } finally {
    ENGINES.native = native;
  }
}
