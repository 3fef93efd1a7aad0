/** Figures as `rpcudp top` shows them. */

export function perSecond(rate: number): string {
  return rate === 0 || rate >= 10 ? grouped(rate) : rate.toFixed(1);
}

export function grouped(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** With three digits, for more would only flicker. */
export function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '-';
  return ms >= 100 ? grouped(ms) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function bytes(count: number): string {
  if (count < 1_000) return `${Math.round(count)} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
