/** English template -> its translation. Templates have placeholders: `Run {run} was cancelled.` */
export type Catalogue = Readonly<Record<string, string>>;

interface Pattern {
  readonly english: string;
  readonly translation: string;
  readonly names: readonly string[];
  readonly expression: RegExp;
  /** The longest literal part: a text without it does not match, which is quickly found out. */
  readonly literal: string;
  readonly literals: number;
}

/** `{name}`; `{#name}` is a number; `{s}` an ending of the plural; in a translation, `{name!}` may be a single word. */
const PLACEHOLDER = /\{(#?)(\w+)(!?)\}/g;
/** With the unit of a time or a price: `1,234`, `3e-7`, `$0.05`, `1 min 20 s`, `6h`. */
const NUMBER = '(\\$?[\\d,.e+−-]*(?:[smhdw]| s| min \\d+ s| h \\d+ min)?)';
const ENDINGS: Readonly<Record<string, string>> = { s: '(s?)', ies: '(y|ies)' };

/** Texts that are remembered, as a screen is drawn again and again with the same ones. */
const MOST_REMEMBERED = 1_000;
/** Fragments within fragments. */
const DEEPEST = 4;

/** Where texts are composed of others, and what joins them in Chinese. */
const JOINTS: readonly (readonly [separator: RegExp, joint: string])[] = [
  [/ · /, ' · '],
  [/; /, '；'],
  [/(?<=[.!?]) (?=[A-Z`-])/, ''],
  [/, /, '，'],
];

/** Two words in a row: not a name, a number or an option, which stay as they are. */
const PROSE = /\p{L}{2,}[ ,]+\p{Ll}{2,}/u;

/**
 * Translates finished English texts. Faults cross Temporal and are logged as English sentences, so a text is recognised
 * by the template it was made from. What stands for a placeholder is translated too if it is a text of the catalogue;
 * single words only for a placeholder with an exclamation mark (`{state!}`), because they may be names.
 */
export class Translator {
  readonly #exact = new Map<string, string>();
  readonly #patterns: readonly Pattern[];
  /** Templates of punctuation, such as `{name}: {text}`, which say something only if a part of theirs does. */
  readonly #joints: readonly Pattern[];
  readonly #remembered = new Map<string, string | undefined>();
  readonly #others: readonly ((text: string) => string | undefined)[];
  /** Called with each template that was used. */
  onUse: ((english: string) => void) | undefined;

  /** @param others Translations of texts that are not in the catalogue; undefined for a text that they do not know. */
  constructor(catalogue: Catalogue, ...others: readonly ((text: string) => string | undefined)[]) {
    this.#others = others;
    const patterns: Pattern[] = [];
    for (const [english, translation] of Object.entries(catalogue)) {
      if (english.search(PLACEHOLDER) < 0) this.#exact.set(english, translation);
      else patterns.push(patternOf(english, translation));
    }
    // Of two templates that match, the one that says more is meant.
    patterns.sort((a, b) => b.literals - a.literals);
    this.#patterns = patterns.filter(({ english }) => hasWords(english));
    this.#joints = patterns.filter(({ english }) => !hasWords(english));
  }

  /** The translation of a text, with the white space around it; the text itself if it has none. */
  translate(text: string): string {
    const [, before = '', core = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
    return `${before}${this.find(core) ?? core}${after}`;
  }

  /** The translation of a text; undefined if it has none. */
  find(text: string): string | undefined {
    if (this.#remembered.has(text) && !this.onUse) return this.#remembered.get(text);
    const found = this.#find(text, 0);
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(text, found);
    return found;
  }

  #find(text: string, depth: number): string | undefined {
    if (depth > DEEPEST) return undefined;
    return (
      this.#same(text) ??
      this.#listed(text, depth) ??
      this.#matching(this.#patterns, text, depth, isBalanced) ??
      this.#matching(this.#patterns, text, depth) ??
      this.#other(text) ??
      this.#composed(text, depth) ??
      this.#matching(this.#joints, text, depth)
    );
  }

  #same(text: string): string | undefined {
    const found = this.#exact.get(text);
    if (found !== undefined) this.onUse?.(text);
    return found;
  }

  /** @param isValue Whether something may stand for a placeholder. */
  #matching(
    patterns: readonly Pattern[],
    text: string,
    depth: number,
    isValue = (_value: string): boolean => true,
  ): string | undefined {
    for (const { english, translation, names, expression, literal } of patterns) {
      const values = text.includes(literal) ? expression.exec(text) : null;
      if (!values?.every(isValue)) continue;
      let translated = hasWords(english);
      const finished = translation.replace(
        PLACEHOLDER,
        (whole: string, _number, name: string, always: string, at: number) => {
          const value = values[names.indexOf(name) + 1] ?? '';
          const found = always || /\W/.test(value) ? this.#find(value, depth + 1) : undefined;
          translated ||= found !== undefined;
          return spaced(translation.slice(0, at), found ?? value, translation.slice(at + whole.length));
        },
      );
      if (!translated) continue;
      this.onUse?.(english);
      return finished;
    }
    return undefined;
  }

  /** A list of which every part is in the catalogue: a template of one part would match all of it. */
  #listed(text: string, depth: number): string | undefined {
    const parts = text.split('; ');
    if (parts.length < 2 || !parts.every(isBalanced)) return undefined;
    const found = parts.map((part) => this.#find(part, depth + 1));
    return found.every((translation) => translation !== undefined) ? found.join('；') : undefined;
  }

  #other(text: string): string | undefined {
    for (const other of this.#others) {
      const found = other(text);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A text of several, all of which are in the catalogue or no prose. */
  #composed(text: string, depth: number): string | undefined {
    for (const [separator, joint] of JOINTS) {
      const parts = text.split(separator);
      if (parts.length < 2) continue;
      const found = parts.map((part) => (/\W/.test(part) ? this.#find(part, depth + 1) : undefined));
      if (found.every((translation) => translation === undefined)) continue;
      if (parts.every((part, i) => found[i] !== undefined || !PROSE.test(part)))
        return parts.map((part, i) => found[i] ?? part).join(joint);
    }
    return undefined;
  }
}

/** A value with the space that stands between Chinese and Latin letters or digits. */
function spaced(before: string, value: string, after: string): string {
  const start = /\p{Script=Han}$/u.test(before) && /^[a-z\d]/i.test(value) ? ' ' : '';
  const end = /[a-z\d]$/i.test(value) && /^\p{Script=Han}/u.test(after) ? ' ' : '';
  return `${start}${value}${end}`;
}

/** A part that ends within brackets belongs to what follows, and a value that does is too long. */
function isBalanced(part: string): boolean {
  let open = 0;
  for (const [bracket] of part.matchAll(/[()]/g)) {
    open += bracket === '(' ? 1 : -1;
    if (open < 0) return false;
  }
  return open === 0;
}

function hasWords(template: string): boolean {
  return /\p{L}/u.test(template.replace(PLACEHOLDER, ''));
}

function patternOf(english: string, translation: string): Pattern {
  const placeholders = [...english.matchAll(PLACEHOLDER)];
  const literals = english.split(/\{#?\w+\}/);
  const escaped = literals.map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const source = escaped.reduce((before, literal, i) => {
    const [, number, name = ''] = placeholders[i - 1] ?? [];
    return before + (number ? NUMBER : (ENDINGS[name.replace(/\d/, '')] ?? '(.*?)')) + literal;
  });
  return {
    english,
    translation,
    names: placeholders.map(([, , name = '']) => name),
    expression: new RegExp(`^${source}$`, 's'),
    literal: literals.reduce((longest, one) => (one.length > longest.length ? one : longest), ''),
    literals: literals.join('').length,
  };
}
