/**
 * Whether two byte strings are equal, in a time that tells nothing of where they differ: for whatever only an owner of a
 * secret can make. Their lengths are no secret.
 */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}
