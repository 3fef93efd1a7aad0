import picocolors from 'picocolors';

export type Palette = ReturnType<typeof picocolors.createColors>;

/** Whether a stream gets colours: a terminal does, unless the user said no; `FORCE_COLOR` stands in for a terminal. */
export function wantsColors(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = process.env;
  if (NO_COLOR !== '' || process.argv.includes('--no-color')) return false;
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Colours for a stream. picocolors would decide for itself, but takes every build server for a terminal. */
export function paletteFor(stream: { readonly isTTY?: boolean }): Palette {
  return picocolors.createColors(wantsColors(stream));
}
