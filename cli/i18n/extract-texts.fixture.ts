import { readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import {
  declared,
  descendants,
  FUNCTIONS,
  isExported,
  type Node,
  nameOf,
  ownStatements,
  rootOf,
  unwrapped,
  withParents,
} from './syntax-tree.fixture.ts';

/** A text in the sources, with `{name}` where it interpolates something that is known only at run time. */
export interface SourceText {
  readonly text: string;
  /** `core/x.ts` */
  readonly file: string;
}

/** More alternatives than this of one text are not told apart: its interpolations then stand for anything. */
const MOST_ALTERNATIVES = 24;
const DEEPEST = 6;
/** Expressions whose texts are written elsewhere. */
const BY_NAME = new Set(['Identifier', 'CallExpression', 'MemberExpression']);

/** Source files, parsed, with what the extraction looks up in them. */
export class Sources {
  readonly files = new Map<string, Node>();
  /** Calls by the name of what is called, and functions and constants by their own name. */
  readonly #calls = new Map<string, Node[]>();
  readonly #declarations = new Map<string, Node[]>();

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const { program } = parseSync(path, readFileSync(path, 'utf8'));
      const root = program as unknown as Node;
      this.files.set(path, root);
      for (const node of withParents(root)) this.#index(node);
    }
  }

  #index(node: Node): void {
    if (node.type === 'CallExpression') append(this.#calls, nameOf(node.callee), node);
    if (node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator')
      append(this.#declarations, nameOf(node.id), node);
    if (node.type === 'MethodDefinition') append(this.#declarations, nameOf(node.key), node.value as Node);
  }

  /** Arguments `positions` of every `new Type(…)`. */
  argumentsOfNew(type: string, positions: readonly number[]): SourceText[] {
    return this.#texts((node) =>
      node.type === 'NewExpression' && nameOf(node.callee) === type
        ? positions.map((i) => (node.arguments as Node[])[i])
        : [],
    );
  }

  /** Argument `position` of every call of a function. */
  argumentsOf(name: string, position = 0): SourceText[] {
    return this.#texts((node) =>
      node.type === 'CallExpression' && nameOf(node.callee) === name ? [(node.arguments as Node[])[position]] : [],
    );
  }

  /** The values of every property of these names, in object literals. */
  propertiesNamed(names: ReadonlySet<string>): SourceText[] {
    return this.#texts((node) =>
      node.type === 'Property' && (node.parent as Node).type === 'ObjectExpression' && names.has(nameOf(node.key))
        ? [node.value as Node]
        : [],
    );
  }

  /** Every literal and template that reads like prose: two words in a row. */
  prose(): SourceText[] {
    return this.#texts((node) => (isText(node) && !isPartOfText(node) && !isNoMessage(node) ? [node] : [])).filter(
      ({ text }) => /(?:^|[\s(])[a-z][a-z’,:;]* [a-z]{2,}/i.test(text),
    );
  }

  /** Every string, and every piece of a template, a line each. */
  literals(): string {
    const pieces = [...this.files.values()].flatMap((root) =>
      [...descendants(root)].flatMap((node) => {
        if (node.type === 'TemplateElement') return [(node.value as { cooked: string }).cooked];
        return node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : [];
      }),
    );
    return pieces.join('\n');
  }

  #texts(select: (node: Node) => readonly (Node | undefined)[]): SourceText[] {
    const texts: SourceText[] = [];
    for (const [file, root] of this.files) {
      for (const node of descendants(root)) {
        for (const chosen of select(node)) {
          if (chosen) texts.push(...this.#evaluate(chosen, 0).map((text) => ({ text, file })));
        }
      }
    }
    return texts;
  }

  /** The texts that an expression may be. */
  #evaluate(node: Node, depth: number): string[] {
    if (depth > DEEPEST) return [placeholder(node)];
    const of = (part: unknown) => this.#evaluate(part as Node, depth + 1);
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ? [node.value] : [placeholder(node)];
      case 'TemplateLiteral':
        return this.#concatenated(interleaved(node), depth);
      case 'BinaryExpression':
        return node.operator === '+' ? this.#concatenated([node.left as Node, node.right as Node], depth) : ['{value}'];
      case 'ConditionalExpression':
        return alternatives([...of(node.consequent), ...of(node.alternate)]);
      case 'LogicalExpression':
        return alternatives([...of(node.left), ...of(node.right)]);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'ParenthesizedExpression':
        return of(node.expression);
      case 'ObjectExpression':
        return alternatives(
          (node.properties as Node[]).flatMap((property) => (property.value ? of(property.value) : [])),
        );
      case 'ArrayExpression':
        return alternatives((node.elements as Node[]).flatMap((element) => of(element.argument ?? element)));
      case 'MemberExpression':
        return this.#member(node, depth);
      case 'CallExpression':
        return this.#call(node, depth);
      case 'Identifier':
        return this.#identifier(node, depth);
      default:
        return FUNCTIONS.has(node.type) ? this.#returned(node, depth) : [placeholder(node)];
    }
  }

  #concatenated(parts: readonly Node[], depth: number): string[] {
    return parts.reduce<string[]>(
      (texts, part) => {
        const found = this.#evaluate(part, depth + 1);
        const known = found.length > 0 && (!BY_NAME.has(part.type) || found.every(isPhrase));
        const ends = !known || texts.length * found.length > MOST_ALTERNATIVES ? [placeholder(part)] : found;
        return texts.flatMap((text) => ends.map((end) => text + end));
      },
      [''],
    );
  }

  /** `TABLE[key]` and `TABLE.key` of a table of texts. */
  #member(node: Node, depth: number): string[] {
    const object = node.object as Node;
    const table = object.type === 'Identifier' ? declared(object) : undefined;
    const value = table?.type === 'VariableDeclarator' ? unwrapped(table.init as Node | null) : undefined;
    if (value?.type !== 'ObjectExpression') return [placeholder(node)];
    const key = node.computed ? undefined : nameOf(node.property);
    const property = (value.properties as Node[]).find((one) => key !== undefined && nameOf(one.key) === key);
    return this.#evaluate((property?.value as Node | undefined) ?? value, depth + 1);
  }

  #call(node: Node, depth: number): string[] {
    if ((node.callee as Node).type !== 'Identifier') return [placeholder(node)];
    if (nameOf(node.callee) === 'counted') return countedNoun(node.arguments as Node[]);
    const called = declared(node.callee as Node) ?? this.#only(nameOf(node.callee));
    const fn = called?.type === 'VariableDeclarator' ? unwrapped(called.init as Node | null) : called;
    return fn && FUNCTIONS.has(fn.type) ? this.#returned(fn, depth) : [placeholder(node)];
  }

  #returned(fn: Node, depth: number): string[] {
    const body = fn.body as Node;
    if (body.type !== 'BlockStatement') return this.#evaluate(body, depth + 1);
    const returns = [...ownStatements(body)].filter((one) => one.type === 'ReturnStatement' && one.argument);
    const texts = alternatives(returns.flatMap((one) => this.#evaluate(one.argument as Node, depth + 1)));
    return texts.length > 0 ? texts : [`{${nameOf(fn.id) || 'value'}}`];
  }

  #identifier(node: Node, depth: number): string[] {
    const found = declared(node) ?? this.#only(nameOf(node));
    if (found?.type === 'VariableDeclarator') {
      if ((found.id as Node).type !== 'Identifier' || !found.init) return [placeholder(node)];
      return named(this.#evaluate(found.init as Node, depth + 1), node);
    }
    if (found && FUNCTIONS.has(found.type)) return this.#passed(found, node, depth);
    return [placeholder(node)];
  }

  /** What callers pass for a parameter. */
  #passed(fn: Node, identifier: Node, depth: number): string[] {
    const holder = fn.parent as Node;
    const name = nameOf(fn.id) || (holder.type === 'VariableDeclarator' ? nameOf(holder.id) : nameOf(holder.key));
    const position = (fn.params as Node[]).findIndex((param) => nameOf(param) === nameOf(identifier));
    const calls = (this.#calls.get(name) ?? []).filter((call) => isExported(fn) || rootOf(call) === rootOf(fn));
    const passed = calls.map((call) => (call.arguments as Node[])[position]);
    if (position < 0 || passed.length === 0) return [placeholder(identifier)];
    const texts = passed.flatMap((argument) => (argument ? this.#evaluate(argument, depth + 2) : []));
    return texts.every((text) => text !== '' && isPhrase(text))
      ? named(alternatives(texts), identifier)
      : [placeholder(identifier)];
  }

  /** The only declaration of a name in all files, for imported ones. */
  #only(name: string): Node | undefined {
    const found = this.#declarations.get(name) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }
}

/** `counted(n, 'query', 'queries')` */
function countedNoun([, noun, plural]: readonly Node[]): string[] {
  if (typeof noun?.value !== 'string') return ['{count} {noun}'];
  return [`{count} ${noun.value}`, `{count} ${typeof plural?.value === 'string' ? plural.value : `${noun.value}s`}`];
}

/** Placeholders that are named after a variable rather than after what it was computed from. */
function named(texts: readonly string[], variable: Node): string[] {
  return texts.map((text) => (/^\{\w+\}$/.test(text) ? placeholder(variable) : text));
}

/** Without repetitions; one placeholder stands for all texts that are plural endings or nothing but a placeholder. */
function alternatives(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts)];
  return distinct.every((text) => text === '' || text === 's') && distinct.length > 1 ? ['{s}'] : distinct;
}

/** Words, a placeholder or nothing; no name or number, which stays as it is in any language. */
function isPhrase(text: string): boolean {
  return text === '' || /^\{\w+\}$/.test(text) || (/[a-z]/i.test(text) && /[ ,;]/.test(text) && !/[\n\0\\]/.test(text));
}

function placeholder(node: Node): string {
  const call = node.type === 'CallExpression' ? (node.arguments as Node[])[0] : undefined;
  const name = nameOf(call) || nameOf(node.type === 'CallExpression' ? node.callee : node);
  return `{${name.replace(/\W/g, '') || 'value'}}`;
}

function interleaved(template: Node): Node[] {
  const quasis = template.quasis as (Node & { value: { cooked: string } })[];
  return quasis.flatMap((quasi, i) => {
    const expression = (template.expressions as Node[])[i];
    return [{ type: 'Literal', value: quasi.value.cooked } as Node, ...(expression ? [expression] : [])];
  });
}

function isText(node: Node): boolean {
  if (node.type === 'BinaryExpression') return node.operator === '+' && isText(node.left as Node);
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
}

/** A piece of a larger text, which is evaluated as a whole. */
function isPartOfText(node: Node): boolean {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === 'TemplateLiteral' || (up.type === 'BinaryExpression' && up.operator === '+')) return true;
    if (!['ConditionalExpression', 'LogicalExpression', 'ParenthesizedExpression'].includes(up.type)) return false;
  }
  return false;
}

/** Module names, types, and errors of programmers. */
function isNoMessage(node: Node): boolean {
  const { type } = node.parent ?? {};
  return type === 'ImportDeclaration' || type === 'ImportExpression' || type === 'TSLiteralType';
}

function append(map: Map<string, Node[]>, key: string, node: Node): void {
  map.set(key, [...(map.get(key) ?? []), node]);
}
