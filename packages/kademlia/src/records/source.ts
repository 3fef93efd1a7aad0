/**
 * Who a host is, for limits: an IPv4 address, or the first 64 bits of an IPv6 one, of which every machine has as many
 * addresses as it likes.
 *
 * @param host An address in its canonical form.
 */
export function sourceOf(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.split('%')[0]!.split('::');
  const front = head === '' ? [] : head.split(':');
  if (tail === undefined) return `${front.slice(0, 4).join(':')}::`;
  const back = tail === '' ? [] : tail.split(':');
  const groups = [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0'), ...back];
  return `${groups.slice(0, 4).join(':')}::`;
}
