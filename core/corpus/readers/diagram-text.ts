import { attribute, child, childrenNamed, descendantsNamed, textOf, type XmlElement } from './xml.ts';

/** The texts of a SmartArt diagram (DrawingML), one a line. @param data its part `diagramData`. */
export function diagramText(data: XmlElement | undefined): string {
  return descendantsNamed(child(data, 'ptLst') ?? data, 'p')
    .map(wordsOf)
    .filter((line) => line !== '')
    .join('\n');
}

export interface ChartText {
  /** Titles of the chart and of its axes. */
  readonly titles: readonly string[];
  /** A header row with the names of the series, and a row for each category; empty if there are no categories. */
  readonly rows: readonly (readonly string[])[];
}

/** Longer tables are measurements, which say nothing as text. */
const MAX_CATEGORIES = 100;

/** The titles, categories and values that a chart shows (DrawingML). @param chart its part. */
export function chartText(chart: XmlElement | undefined): ChartText {
  const titles = descendantsNamed(child(chart, 'chart'), 'title')
    .map(wordsOf)
    .filter((title) => title !== '');
  const series = descendantsNamed(child(chart, 'chart', 'plotArea'), 'ser');
  const categories = pointsOf(child(series[0], 'cat'));
  const last = Math.max(-1, ...categories.keys());
  if (last < 0 || last >= MAX_CATEGORIES) return { titles, rows: [] };
  const values = series.map((one) => pointsOf(child(one, 'val')));
  const names = series.map((one) => pointsOf(child(one, 'tx')).get(0) ?? '');
  return {
    titles,
    rows: [
      ['', ...names],
      ...Array.from({ length: last + 1 }, (_, at) => [
        categories.get(at) ?? '',
        ...values.map((points) => points.get(at) ?? ''),
      ]),
    ],
  };
}

/** Values that were stored with the chart, by their index. Floating point numbers are rounded as in a sheet. */
function pointsOf(data: XmlElement | undefined): ReadonlyMap<number, string> {
  const points = descendantsNamed(data, 'pt').map((point): [number, string] => {
    const text = childrenNamed(point, 'v').map(textOf).join('').trim();
    return [
      Number(attribute(point, 'idx')) || 0,
      /\.\d{10,}/.test(text) ? String(Number(Number(text).toPrecision(10))) : text,
    ];
  });
  return new Map(points);
}

function wordsOf(element: XmlElement): string {
  return descendantsNamed(element, 't').map(textOf).join('').trim();
}
