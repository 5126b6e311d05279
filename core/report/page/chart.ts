import type { Config, TopLevelSpec } from 'vega-lite';
import { escapeHtml, type Html, trustedMarkup } from './html.ts';

/** Colours are custom properties of the style sheet, so that charts follow light, dark and print like the text. */
export const COLORS = {
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
 * Renders a vega-lite chart as inline SVG, without a browser, canvas or scripts.
 * @param title description for screen readers.
 */
export async function renderChart(title: string, spec: TopLevelSpec): Promise<Html> {
  // Loaded with the first chart: vega is megabytes of code, which a worker that writes no report does not need.
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
