/** Figures as the page shows them. */

export function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '-';
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

export function bytes(count: number): string {
  if (count < 1_000) return `${Math.round(count)} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function rate(count: number): string {
  return count >= 10 || count === 0 ? Math.round(count).toLocaleString('en') : count.toFixed(1);
}

export function clockTime(at: number): string {
  const date = new Date(at);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
