import type { NativeFrame } from '@rpcudp/core/wire';

/** A frame, and where in the datagram it begins. */
export interface LocatedFrame {
  readonly offset: number;
  readonly frame: NativeFrame;
}
