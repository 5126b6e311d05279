import type { Doubt } from '../../contracts/corpus.ts';
import { attribute, descendantsNamed, type XmlElement } from './xml.ts';

/** Programs whose equations are stored in a format of their own, and shown as a picture. */
const PROGRAMS = /^(?:Equation\b|MathType)/i;

/**
 * The remark on equations of MathType and of the Equation Editor in some parts of an Office document; none if there are
 * none.
 */
export function unreadEquations(parts: readonly (XmlElement | undefined)[]): Doubt[] {
  const objects = parts.flatMap((part) => [
    ...descendantsNamed(part, 'OLEObject'),
    ...descendantsNamed(part, 'oleObj'),
  ]);
  return equationsNotRead(objects.map((object) => attribute(object, 'ProgID') ?? attribute(object, 'progId') ?? ''));
}

/** @param programs that made the embedded objects of a document. */
export function equationsNotRead(programs: readonly string[]): Doubt[] {
  const equations = programs.filter((program) => PROGRAMS.test(program));
  const [first] = equations;
  return first === undefined ? [] : [{ kind: 'equations-not-read', sample: `${equations.length} (${first})` }];
}
