/** How one class travels: as a MessagePack extension type. Both sides register the same rules. */
export interface ExtensionType<T = unknown> {
  /** 0 to 95. Negative numbers belong to MessagePack itself. */
  readonly type: number;
  /** Which values this rule is for. The first rule that fits is used, also for arrays, maps, bytes and dates. */
  readonly is: (value: unknown) => value is T;
  /** The class, where the rule is for one. */
  readonly of?: abstract new (...args: never[]) => T;
  /** The value as bytes. */
  encode(value: T): Uint8Array;
  /** The value again. The bytes are yours; they may come from anybody: throw if they are no such value. */
  decode(bytes: Uint8Array): T;
}

/**
 * Declares how a class travels.
 *
 * ```ts
 * const codec = messagePack({
 *   extensions: [
 *     extensionType(1, Point, (p) => Uint8Array.of(p.x, p.y), (b) => new Point(b[0] ?? 0, b[1] ?? 0)),
 *   ],
 * });
 * ```
 *
 * @param type 0 to 95.
 * @param constructor The class; instances of subclasses travel by the same rule.
 */
export function extensionType<T>(
  type: number,
  constructor: abstract new (...args: never[]) => T,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): ExtensionType<T> {
  return { type, of: constructor, is: (value): value is T => value instanceof constructor, encode, decode };
}
