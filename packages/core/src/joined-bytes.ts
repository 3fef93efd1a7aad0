/** How many bytes a payload has, those that lie apart from it included. */
export function joinedBytes(payload: Uint8Array, rest: Uint8Array | undefined): number {
  return rest === undefined ? payload.length : payload.length + rest.length;
}
