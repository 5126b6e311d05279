import { grouped } from '../html/math-text.ts';
import { attribute, child, childrenNamed, elementsOf, localName, textOf, type XmlElement } from '../xml.ts';
import { isSet } from './styles.ts';
import { symbolOf } from './symbols.ts';

/** Letters of formulas, such as 𝑄, which stand for ordinary letters. */
const MATHEMATICAL = /[\u{1d400}-\u{1d7ff}]/gu;
/** What is raised by its own shape. */
const RAISED = /^[′″‴⁗'°∘*†]+$/;

/** An equation (OMML; ECMA-376, part 1, 22.1) in one line: `Q=V/t`, `x^2`, `√(a+b)`, `∑_(i=1)^n i`. */
export function equationText(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const part = (name: string) => equationText(child(element, name));
  switch (localName(element)) {
    case 't':
      return textOf(element).replace(MATHEMATICAL, (letter) => letter.normalize('NFKC'));
    case 'sym':
      return symbolOf(element);
    case 'br':
    case 'cr':
      return '\n';
    case 'del':
    case 'moveFrom':
      return '';
    case 'f':
      return `${grouped(part('num'))}${property(element, 'type') === 'noBar' ? '¦' : '/'}${grouped(part('den'))}`;
    case 'sSup':
      return RAISED.test(part('sup').trim())
        ? `${grouped(part('e'))}${part('sup').trim().replaceAll('∘', '°')}`
        : `${grouped(part('e'))}^${grouped(part('sup'))}`;
    case 'sSub':
      return `${grouped(part('e'))}_${grouped(part('sub'))}`;
    case 'sSubSup':
      return `${grouped(part('e'))}_${grouped(part('sub'))}^${grouped(part('sup'))}`;
    case 'sPre':
      return `_${grouped(part('sub'))}^${grouped(part('sup'))} ${part('e')}`;
    case 'rad':
      return `${hides(element, 'degHide') ? '' : grouped(part('deg'))}√${grouped(part('e'))}`;
    case 'nary': {
      const bound = (name: string, sign: string) =>
        part(name) === '' || hides(element, `${name}Hide`) ? '' : `${sign}${grouped(part(name))}`;
      return `${property(element, 'chr') ?? '∫'}${bound('sub', '_')}${bound('sup', '^')} ${part('e')}`;
    }
    case 'd': {
      const inner = childrenNamed(element, 'e')
        .map(equationText)
        .join(property(element, 'sepChr') ?? '|');
      return `${property(element, 'begChr') ?? '('}${inner}${property(element, 'endChr') ?? ')'}`;
    }
    case 'func':
      return `${part('fName')} ${part('e')}`;
    case 'limLow':
      return `${grouped(part('e'))}_${grouped(part('lim'))}`;
    case 'limUpp':
      return `${grouped(part('e'))}^${grouped(part('lim'))}`;
    case 'acc':
      return `${grouped(part('e'))}${property(element, 'chr') ?? '\u0302'}`;
    case 'bar':
      return `${grouped(part('e'))}${property(element, 'pos') === 'top' ? '\u0305' : '\u0332'}`;
    case 'groupChr': {
      const sign = property(element, 'chr') ?? '⏟';
      // Braces and brackets above or below only hold their content together.
      if (/[⏜-⏟⎴⎵]/.test(sign)) return part('e');
      return `${grouped(part('e'))}${property(element, 'pos') === 'top' ? '^' : '_'}${sign}`;
    }
    case 'phant':
      return hides(element, 'show', true) ? '' : part('e');
    case 'm':
      return childrenNamed(element, 'mr')
        .map((row) => childrenNamed(row, 'e').map(equationText).join(', '))
        .join('; ');
    case 'eqArr':
      // `&` aligns the lines; `#` is before the number of the equation.
      return childrenNamed(element, 'e')
        .map((line) =>
          equationText(line)
            .replaceAll('&', '')
            .replace(/#(?=\([^()]*\)$)/, ' '),
        )
        .join('; ');
    default:
      return localName(element).endsWith('Pr') ? '' : elementsOf(element).map(equationText).join('');
  }
}

/** Whether a property of an object hides a part of it: if it is on, or, such as `show`, if it is off. */
function hides(element: XmlElement, name: string, whenOff = false): boolean {
  const properties = child(element, `${localName(element)}Pr`);
  const value = child(properties, name);
  return value !== undefined && isSet(value) !== whenOff;
}

/** A character among the properties of an object, such as the opening bracket. */
function property(element: XmlElement, name: string): string | undefined {
  const properties = elementsOf(element).find(
    (other) => localName(other).endsWith('Pr') && localName(other) !== 'ctrlPr',
  );
  return attribute(child(properties, name), 'val');
}
