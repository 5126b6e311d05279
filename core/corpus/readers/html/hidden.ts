import {
  ancestorsOf,
  elementsOf,
  type HtmlElement,
  type HtmlNode,
  hintsOf,
  isElement,
  lettersOf,
  nameOf,
  textOf,
} from './dom.ts';

/** Hidden text of this length is part of the page, which shows it on a click that its markup does not tell of. */
const MANY_LETTERS = 200;
const ICONS = /(?:^|[\s_-])(?:material-(?:icons|symbols)[\w-]*|glyphicon|fa|fas|far|fab|icon|iconfont)(?:\s|$)/;
const FOR_SCREEN_READERS =
  /(?:^|\s)(?:sr-only|visually-?hidden|screen-reader(?:-text|-only)?|a11y-hidden|assistive-text)(?:[\s-]|$)/;
/** Names of parts that are shown on a click. */
const ON_CLICK = /tab|panel|pane\b|collaps|accordion|toggle|spoiler|expand|answer|faq|details|reveal|more/;
const MESSAGES = /javascript|browser|浏览器|瀏覽器|ブラウザ|브라우저|браузер|navigateur|navegador/i;

/**
 * Whether people never see the text of an element. What they see after a click on a tab, a question or a button is not
 * hidden in this sense.
 * @param references ids that links and buttons of the page refer to.
 */
export function isHidden(element: HtmlElement, references: ReadonlySet<string>): boolean {
  const name = nameOf(element);
  const { attribs } = element;
  if (isFallback(name)) return MESSAGES.test(textOf(element)) || lettersOf(element) < 3;
  const hints = hintsOf(element);
  if (attribs['aria-hidden'] === 'true' && ICONS.test(hints)) return true;
  if (ICONS.test(hints) && name === 'i') return true;
  if (FOR_SCREEN_READERS.test(hints)) return lettersOf(element) < MANY_LETTERS;
  const hidden =
    (attribs.hidden !== undefined && attribs.hidden !== 'until-found') ||
    /\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i.test(attribs.style ?? '') ||
    (name === 'dialog' && attribs.open === undefined) ||
    name === 'datalist';
  return hidden && !isShownOnClick(element, hints, references) && lettersOf(element) < MANY_LETTERS && !isMain(element);
}

/** Text that a script shows once it has loaded, as in articles of WeChat: most of what its page says. */
function isMain(element: HtmlElement): boolean {
  if (!/\bvisibility\s*:\s*hidden|\bopacity\s*:\s*0/i.test(element.attribs.style ?? '')) return false;
  const page = ancestorsOf(element).at(-1);
  const letters = lettersOf(element);
  return page !== undefined && letters >= 10 && elementsOf(element).length > 0 && letters * 3 > lettersOf(page);
}

/** Elements whose content browsers show only if they cannot do better. */
function isFallback(name: string): boolean {
  return ['noscript', 'video', 'audio', 'canvas', 'object', 'iframe', 'noframes'].includes(name);
}

function isShownOnClick(element: HtmlElement, hints: string, references: ReadonlySet<string>): boolean {
  const { attribs } = element;
  if (ON_CLICK.test(hints) || attribs['aria-labelledby'] !== undefined) return true;
  if (attribs.id !== undefined && references.has(attribs.id)) return true;
  const before = previousElement(element);
  return before !== undefined && isSwitch(before);
}

/** A heading, button or the like that shows what follows it. */
function isSwitch(element: HtmlElement): boolean {
  const { attribs } = element;
  return (
    /^(?:h[1-6]|button|summary|dt|label)$/.test(nameOf(element)) ||
    attribs.onclick !== undefined ||
    attribs['aria-expanded'] !== undefined ||
    /button|tab\b|question|title|toggle|trigger|header/.test(hintsOf(element)) ||
    (elementsOf(element).length === 1 && elementsOf(element).some(isSwitch))
  );
}

export function previousElement(node: HtmlNode): HtmlElement | undefined {
  let at = node.prev;
  while (at && !isElement(at)) {
    if (at.type === 'text' && at.data.trim() !== '') return undefined;
    at = at.prev;
  }
  return at ?? undefined;
}

/** Ids that links, labels, buttons and tabs refer to. */
export function referencesOf(elements: Iterable<HtmlElement>): Set<string> {
  const ids = new Set<string>();
  for (const { attribs } of elements) {
    for (const name of ['aria-controls', 'data-target', 'data-bs-target', 'data-tab', 'data-toggle', 'popovertarget'])
      for (const id of (attribs[name] ?? '').split(/\s+/)) ids.add(id.replace(/^[#.]/, ''));
    if (/^#./.test(attribs.href ?? '')) ids.add((attribs.href as string).slice(1));
  }
  ids.delete('');
  return ids;
}
