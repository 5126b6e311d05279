import stringWidth from 'string-width';

/** A duration in at most two units: `0.8 s`, `1 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with fewer decimals the larger it is: `1,234`, `15.2`, `0.41`. */
export function quantity(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** US dollars to the cent; below 9.5 cents, to a hundredth of a cent. */
export function dollars(value: number): string {
  return `$${value.toFixed(value > 0 && value < 0.095 ? 4 : 2)}`;
}

/** `done` of `total` as a bar `width` cells wide. */
export function bar(done: number, total: number, width: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const full = Math.floor(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Pads to a width in terminal cells, where a Chinese character takes two. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

const graphemes = new Intl.Segmenter();

/** Shortens to a width in terminal cells, with an ellipsis in the last one. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return width < 1 ? '' : `${cut}…`;
}

/** Aligns two texts left and right in a line; the left one is shortened if they do not fit. */
export function justify(left: string, right: string, width: number): string {
  const room = width - stringWidth(right) - 2;
  return room < 10 ? truncate(left, width) : `${padEnd(truncate(left, room), room)}  ${right}`;
}
