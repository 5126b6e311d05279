import type { Config, TopLevelSpec } from 'vega-lite';
import { escapeHtml, type Html, trustedMarkup } from './html.ts';

/** Colours are the page's own custom properties, so that a chart follows light, dark and print as the text does. */
export const INK = {
  base: 'var(--base)',
  tuned: 'var(--tuned)',
  muted: 'var(--muted)',
  others: ['var(--unsure)', 'var(--violet)', 'var(--blue)'],
};

const CONFIG: Config = {
  aria: false,
  background: 'transparent',
  font: 'inherit',
  view: { stroke: null },
  axis: {
    domainColor: 'var(--rule)',
    tickColor: 'var(--rule)',
    gridColor: 'var(--rule)',
    gridOpacity: 0.7,
    labelColor: 'var(--muted)',
    labelFontSize: 12,
    titleColor: 'var(--muted)',
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  legend: { labelColor: 'var(--ink)', labelFontSize: 12, title: null, orient: 'top', offset: 4, symbolType: 'square' },
};

/**
 * A vega-lite chart as inline SVG, drawn without a browser or canvas and without scripts.
 * @param title what a screen reader says the picture shows.
 */
export async function renderChart(title: string, spec: TopLevelSpec): Promise<Html> {
  // Loaded on the first chart: the grammar is megabytes that a worker which writes no report need not parse.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(compile(spec, { config: CONFIG }).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    const label = escapeHtml(title);
    return trustedMarkup(
      svg.replace(/^<svg [^>]*?(width="[^>]*)>/, `<svg role="img" aria-label="${label}" $1><title>${label}</title>`),
    );
  } finally {
    view.finalize();
  }
}
