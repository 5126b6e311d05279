import { grouped } from '../html/math-text.ts';
import { attribute, child, childrenNamed, elementsOf, localName, textOf, type XmlElement } from '../xml.ts';

/** An equation (OMML; ECMA-376, part 1, 22.1) in one line: `Q=V/t`, `x^2`, `√(a+b)`, `∑_(i=1)^n i`. */
export function equationText(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const part = (name: string) => equationText(child(element, name));
  switch (localName(element)) {
    case 't':
      return textOf(element);
    case 'f':
      return `${grouped(part('num'))}/${grouped(part('den'))}`;
    case 'sSup':
      return `${grouped(part('e'))}^${grouped(part('sup'))}`;
    case 'sSub':
      return `${grouped(part('e'))}_${grouped(part('sub'))}`;
    case 'sSubSup':
      return `${grouped(part('e'))}_${grouped(part('sub'))}^${grouped(part('sup'))}`;
    case 'sPre':
      return `_${grouped(part('sub'))}^${grouped(part('sup'))} ${part('e')}`;
    case 'rad':
      return `${part('deg') && grouped(part('deg'))}√${grouped(part('e'))}`;
    case 'nary':
      return `${property(element, 'chr') ?? '∫'}${part('sub') && `_${grouped(part('sub'))}`}${part('sup') && `^${grouped(part('sup'))}`} ${part('e')}`;
    case 'd': {
      const inner = childrenNamed(element, 'e')
        .map(equationText)
        .join(property(element, 'sepChr') ?? '|');
      return `${property(element, 'begChr') ?? '('}${inner}${property(element, 'endChr') ?? ')'}`;
    }
    case 'func':
      return `${part('fName')} ${part('e')}`;
    case 'limLow':
      return `${part('e')}_${grouped(part('lim'))}`;
    case 'limUpp':
      return `${part('e')}^${grouped(part('lim'))}`;
    case 'acc':
      return `${part('e')}${property(element, 'chr') ?? '\u0302'}`;
    case 'm':
      return childrenNamed(element, 'mr')
        .map((row) => childrenNamed(row, 'e').map(equationText).join(', '))
        .join('; ');
    case 'eqArr':
      return childrenNamed(element, 'e').map(equationText).join('; ');
    default:
      return localName(element).endsWith('Pr') ? '' : elementsOf(element).map(equationText).join('');
  }
}

/** A character among the properties of an object, such as the opening bracket. */
function property(element: XmlElement, name: string): string | undefined {
  const properties = elementsOf(element).find(
    (other) => localName(other).endsWith('Pr') && localName(other) !== 'ctrlPr',
  );
  return attribute(child(properties, name), 'val');
}
