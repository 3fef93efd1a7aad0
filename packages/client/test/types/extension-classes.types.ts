/** Compiled, never run: what programs say of classes that their codec's extension types send. */
import type { Client } from '@rpcudp/client';
import type { RpcCall } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

class Point {
  readonly #hidden = 0;

  constructor(
    readonly x: number,
    readonly y: number,
  ) {}

  distance(): number {
    return Math.hypot(this.x, this.y) + this.#hidden;
  }
}

declare module '@rpcudp/client' {
  interface ExtensionClasses {
    point: Point;
  }
}

interface Plane {
  origin(): Point;
  corners(): { readonly points: readonly Point[] };
}

export type Points = [
  Expect<Equal<Client<Plane>['origin'], () => RpcCall<Point>>>,
  Expect<Equal<Client<Plane>['corners'], () => RpcCall<{ readonly points: readonly Point[] }>>>,
];
