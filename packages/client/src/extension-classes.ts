/**
 * Classes that a codec's extension types send, so that they arrive as what they are, methods included. Empty; programs add
 * theirs, under any name:
 *
 * ```ts
 * declare module '@rpcudp/client' {
 *   interface ExtensionClasses {
 *     point: Point;
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it is there to be added to
export interface ExtensionClasses {}
