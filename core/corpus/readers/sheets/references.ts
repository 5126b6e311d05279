import type { Area } from './sheet.ts';

/** The index of the column of a cell such as `AB12`, from 0; undefined if there is none. */
export function columnOf(reference: string | undefined): number | undefined {
  const letters = /^\$?([A-Z]{1,3})(?=\$?\d)/i.exec(reference ?? '')?.[1]?.toUpperCase();
  return letters === undefined
    ? undefined
    : [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The cells of a reference such as `A1:B2`; empty if it is none. */
export function areaOf(reference: string | undefined): Area[] {
  const [from, to = from] = (reference ?? '').split(':');
  const [top, bottom] = [from, to].map((cell) => Number.parseInt(/\d+$/.exec(cell ?? '')?.[0] ?? '', 10));
  const [left, right] = [columnOf(from), columnOf(to)];
  return top && bottom && left !== undefined && right !== undefined ? [{ top, bottom, left, right }] : [];
}
