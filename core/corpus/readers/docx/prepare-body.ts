import { attribute, child, elementsOf, localName, type XmlElement } from '../xml.ts';

/**
 * Prepares the content of a document to be read element by element: joins paragraphs that are shown as one, and removes
 * the marks of fields that never end, which would swallow the rest of the document.
 */
export function prepareBody(body: XmlElement): void {
  joinParagraphs(body);
  removeOpenFields(body);
}

function joinParagraphs(parent: XmlElement): void {
  let before: XmlElement | undefined;
  for (const element of elementsOf(parent)) {
    joinParagraphs(element);
    const name = localName(element);
    if (name === 'p') {
      if (before) {
        prepend(before, element);
        remove(before, parent);
      }
      before = continues(element) ? element : undefined;
    } else if (name === 'tbl' || name === 'sdt') before = undefined;
  }
}

/** Whether a paragraph goes on in the next one: its mark is deleted, or it is a large initial letter. */
function continues(paragraph: XmlElement): boolean {
  const properties = child(paragraph, 'pPr');
  const mark = child(properties, 'rPr');
  const initial = attribute(child(properties, 'framePr'), 'dropCap') ?? 'none';
  return child(mark, 'del') !== undefined || child(mark, 'moveFrom') !== undefined || initial !== 'none';
}

/** The joined paragraph has the properties of the second one. */
function prepend(first: XmlElement, second: XmlElement): void {
  const content = elementsOf(first).filter((element) => localName(element) !== 'pPr');
  const at = second.children.findIndex((node) => localName(node) === 'pPr') + 1;
  second.children.splice(at, 0, ...content);
}

function remove(element: XmlElement, parent: XmlElement): void {
  parent.children = parent.children.filter((node) => node !== element);
}

function removeOpenFields(body: XmlElement): void {
  const open: { element: XmlElement; parent: XmlElement }[][] = [];
  const visit = (parent: XmlElement) => {
    for (const element of elementsOf(parent)) {
      const name = localName(element);
      if (name === 'fldChar') {
        const type = attribute(element, 'fldCharType');
        if (type === 'begin') open.push([{ element, parent }]);
        else if (type === 'end') open.pop();
        else open.at(-1)?.push({ element, parent });
      } else if (name === 'AlternateContent') {
        visit(child(element, 'Choice') ?? element);
      } else if (name !== 'del' && name !== 'moveFrom') visit(element);
    }
  };
  visit(body);
  const marks = new Set<unknown>(open.flat().map(({ element }) => element));
  for (const parent of new Set(open.flat().map(({ parent }) => parent)))
    parent.children = parent.children.filter((node) => !marks.has(node));
}
