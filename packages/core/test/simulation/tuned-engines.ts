import { ENGINES, nativeOptions } from '../../src/endpoint/engines';
import type { CryptoPort } from '../../src/crypto/crypto-port';
import { NativeEngine } from '../../src/engine/native/native-engine';
import type { NativeEngineOptions } from '../../src/engine/native/native-options';

/** What native engines of tests are told that no option of an endpoint says. */
export interface Tuning extends Pick<NativeEngineOptions, 'firstPacketNumber' | 'load' | 'keyRenewal'> {
  /** Puts something in front of the cryptography that they are given. */
  readonly crypto?: (crypto: CryptoPort) => CryptoPort;
}

/** Binds endpoints whose native engines are tuned. */
export function tuned<T>({ crypto: wrap, ...changes }: Tuning, bind: () => T): T {
  const { native } = ENGINES;
  ENGINES.native = (options, ports) => {
    const crypto = ports.crypto && (wrap?.(ports.crypto) ?? ports.crypto);
    const native = nativeOptions(options, { ...ports, crypto });
    return new NativeEngine({ ...native, ...changes }, ports.random, ports.now());
  };
  try {
    return bind();
  } finally {
    ENGINES.native = native;
  }
}

/**
 * Binds an endpoint whose associations number their packets from `firstPacketNumber` on: what becomes of great numbers would
 * take weeks to see otherwise.
 */
export function numberedFrom<T>(firstPacketNumber: number, bind: () => T): T {
  return tuned({ firstPacketNumber }, bind);
}
