/** Elements of HTML, SVG and MathML that people write in Markdown. */
const ELEMENTS = new Set(
  (
    'a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption center ' +
    'cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font ' +
    'footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li ' +
    'link main map mark menu meta meter nav noframes noscript object ol optgroup option output p param picture pre ' +
    'progress q rb rp rt rtc ruby s samp script search section select slot small source span strike strong style sub ' +
    'summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr ' +
    'circle defs desc ellipse foreignobject g image line lineargradient marker path pattern polygon polyline rect stop ' +
    'symbol text tspan use ' +
    'math semantics annotation mrow mi mn mo ms mtext mspace mfrac msup msub msubsup munder mover munderover msqrt mroot ' +
    'mtable mtr mtd mstyle mfenced mpadded menclose'
  ).split(' '),
);

export function isHtmlElement(name: string): boolean {
  // Components are written in capitals; HTML may be in upper case throughout.
  return ELEMENTS.has(name) || (name === name.toUpperCase() && ELEMENTS.has(name.toLowerCase()));
}
