/*
 * Inline marks of Obsidian, MkDocs, MyST, Pandoc and CriticMarkup.
 */

/** What a piece of syntax is replaced by, and where the text after it begins. */
export interface Rewritten {
  readonly text: string;
  readonly end: number;
  /** Whether the text is not a part of the sentence around it. */
  readonly apart?: boolean;
}

/** Icons of MkDocs Material: `:material-check:`. */
export function icon(source: string, at: number): Rewritten | undefined {
  const pattern = /:(?:material|fontawesome|octicons|simple)-[a-z0-9-]{1,80}:/y;
  pattern.lastIndex = at;
  return pattern.test(source) ? { text: '', end: pattern.lastIndex } : undefined;
}

/** `%%comment%%` and `==highlight==` of Obsidian, `++ctrl+r++` of MkDocs, `x^2^` of Pandoc. */
export function marked(source: string, at: number): Rewritten | undefined {
  const pattern =
    /(?<![\p{L}\p{N}])%%(?:(?!%%)[\s\S]){1,2000}%%(?![\p{L}\p{N}])|(?<![\w)\]])==(?![\s=])([^=\n]{1,300}?)(?<!\s)==(?![=\w(])|(?<![\p{L}\p{N}])\+\+([a-z0-9]+(?:[+-][a-z0-9]+){0,4})\+\+|(?<=[\p{L}\p{N})])\^([^\s^[\]]{1,12})\^/uy;
  pattern.lastIndex = at;
  const match = source[at - 1] === source[at] ? null : pattern.exec(source);
  return match ? { text: match[1] ?? match[2] ?? match[3] ?? '', end: pattern.lastIndex } : undefined;
}

/** Roles of MyST: `{ref}`the list <parts>`` . */
export function role(source: string, at: number): Rewritten | undefined {
  const pattern = /\{[a-z][\w:-]{0,40}\}(`+)([^`\n]{1,300})\1/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match ? { text: (match[2] ?? '').replace(/^[~!]|\s*<[^<>]*>$/g, ''), end: pattern.lastIndex } : undefined;
}

/** Changes and comments of CriticMarkup: what was added is text, what was deleted is none. */
export function critic(source: string, at: number): Rewritten | undefined {
  const pattern =
    /\{(?:\+\+((?:(?!\+\+\})[^\n]){0,500})\+\+|--(?:(?!--\})[^\n]){0,500}--|~~(?:(?!~>)[^\n]){0,500}~>((?:(?!~~\})[^\n]){0,500})~~|==((?:(?!==\})[^\n]){0,500})==|>>(?:(?!<<\})[^\n]){0,500}<<)\}/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match ? { text: match[1] ?? match[2] ?? match[3] ?? '', end: pattern.lastIndex } : undefined;
}

/** Comments of Go templates and of Liquid. */
export const COMMENT =
  /\{\{-?\s*\/\*[\s\S]{0,5000}?\*\/\s*-?\}\}|\{%-?\s*comment\s*-?%\}[\s\S]{0,5000}?\{%-?\s*endcomment\s*-?%\}/y;

/** `[text]{.class}` of Pandoc. */
export function span(source: string, at: number): Rewritten | undefined {
  const pattern = /(?<!\])\[([^[\]\n]{1,200})\]\{\s?[.#][^{}\n]{0,100}\}/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match ? { text: match[1] ?? '', end: pattern.lastIndex } : undefined;
}
