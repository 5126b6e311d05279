import { type CurvePoint, draw, thinned } from '../curve.ts';
import { h, show, svg } from './dom.ts';
import { texts } from './session.ts';

const SIZE = { width: 640, height: 240 };
const AREA = { left: 46, top: 12, right: 628, bottom: 212 };
/** Rows of the table that says the same. */
const ROWS = 20;

/** A loss curve that grows, with its text and a table for who cannot see it. */
export function curveFigure(): { element: HTMLElement; update(points: readonly CurvePoint[]): void } {
  const t = texts();
  const drawing = h('div', { class: 'curve' });
  const legend = h('p', { class: 'legend' });
  const caption = h('figcaption');
  const rows = h('tbody');
  const headings = [t.step, t.loss, t.heldOut, t.gradient];
  const table = h(
    'details',
    {},
    h('summary', {}, t.curveTable),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t.curveTable },
      h(
        'table',
        { class: 'numbers' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            headings.map((one) => h('th', { scope: 'col' }, one)),
          ),
        ),
        rows,
      ),
    ),
  );
  const figure = h('figure', {}, legend, drawing, caption, table);
  const element = h('section', { hidden: true }, h('h2', {}, t.curve), figure);
  return {
    element,
    update(points) {
      element.hidden = points.length === 0;
      const last = points.at(-1);
      if (!last) return;
      const hasHeldOut = points.some(({ heldOut }) => heldOut !== undefined);
      show(legend, h('span', {}, t.loss), hasHeldOut && h('span', { class: 'held' }, t.heldOut));
      const text = curveText(points);
      show(drawing, drawn(points, text));
      show(caption, text);
      show(rows, thinned(points, ROWS).map(row));
    },
  };
}

function drawn(points: readonly CurvePoint[], text: string): SVGElement {
  const { loss, heldOut, last, x, y } = draw(points, AREA);
  const { left, right, bottom } = AREA;
  return svg(
    'svg',
    { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img', 'aria-label': `${texts().curve}. ${text}` },
    y.map(({ at }) => svg('line', { x1: left, x2: right, y1: at, y2: at })),
    y.map(({ value, at }) => svg('text', { x: left - 8, y: at + 4, 'text-anchor': 'end' }, value)),
    x.map(({ value, at }) => svg('text', { x: at, y: bottom + 20, 'text-anchor': 'middle' }, value)),
    heldOut && svg('polyline', { class: 'held', points: heldOut }),
    svg('polyline', { class: 'loss', points: loss }),
    svg('circle', { class: 'now', cx: last.x, cy: last.y, r: 4 }),
  );
}

function curveText(points: readonly CurvePoint[]): string {
  const [first, last] = [points[0], points.at(-1)] as [CurvePoint, CurvePoint];
  const lowest = Math.min(...points.map(({ loss }) => loss));
  return texts().curveText(points.length, first.step, last.step, figure(first.loss), figure(last.loss), figure(lowest));
}

function row({ step, loss, heldOut, gradientNorm }: CurvePoint): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, step),
    h('td', {}, figure(loss)),
    h('td', {}, heldOut === undefined ? '–' : figure(heldOut)),
    h('td', {}, figure(gradientNorm)),
  );
}

function figure(value: number): string {
  return value.toFixed(3);
}
