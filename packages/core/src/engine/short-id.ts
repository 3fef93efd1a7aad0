/** The first four bytes of an id in hexadecimal: enough to tell which is which, and too little to answer to it. */
export function shortId(id: Uint8Array): string {
  let text = '';
  for (const byte of id.subarray(0, 4)) text += byte.toString(16).padStart(2, '0');
  return text;
}
