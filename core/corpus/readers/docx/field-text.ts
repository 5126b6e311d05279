import { grouped } from '../html/math-text.ts';
import { formatNumber } from '../list-marker.ts';
import { attribute, child, childrenNamed, type XmlElement } from '../xml.ts';
import { isSet } from './styles.ts';
import { symbol } from './symbols.ts';

/** Fields of formulas have no result: Word draws them from their instruction. Empty for other fields. */
export function drawnField(instruction: string): string {
  const [, name, rest = ''] = /^\s*(EQ|SYMBOL)\s+([\s\S]*)$/i.exec(instruction) ?? [];
  if (name === undefined) return '';
  if (name.toUpperCase() === 'EQ') return new EquationField(rest).read();
  const font = /\\f\s*"?([^"\\]+)"?/i.exec(rest)?.[1]?.trim() ?? '';
  const code = Number.parseInt(/^\s*"?(0x[\da-f]+|\d+)/i.exec(rest)?.[1] ?? '', /^\s*"?0x/i.test(rest) ? 16 : 10);
  return Number.isNaN(code) ? '' : symbol(font, code.toString(16));
}

/** What a field of a form shows that has no result: the chosen entry, or whether a box is ticked. */
export function formField(begin: XmlElement): string {
  const data = child(begin, 'ffData');
  const box = child(data, 'checkBox');
  if (box) return isSet(child(box, 'checked') ?? child(box, 'default')) ? '☒' : '☐';
  const list = child(data, 'ddList');
  const chosen = attribute(child(list, 'result') ?? child(list, 'default'), 'val') ?? '0';
  return attribute(childrenNamed(list, 'listEntry')[Number.parseInt(chosen, 10) || 0], 'val') ?? '';
}

/**
 * A switch with its options and the bracket before its arguments: `\f(`, `\s\up8(`, `\b\lc\{(`. Its parts can be read
 * in one way only, and there are few options, so that no instruction takes long.
 */
const SWITCH = /\\([a-z]+)((?:\s*\\(?:[lrb]c\s*\\.|(?![lrb]c\s*\\)[a-z]+\d*)){0,8})\s*\(/iy;

/** The field EQ, Word's formulas before OMML: `\f(a,b)` is a fraction, `\r(3,x)` a root. */
class EquationField {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): string {
    return this.#sequence(false).trim();
  }

  /** Up to the end, or, among arguments, up to the next separator or bracket. */
  #sequence(isArgument: boolean): string {
    let text = '';
    let open = 0;
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at] ?? '';
      if (isArgument && open === 0 && /[,;)]/.test(char)) break;
      SWITCH.lastIndex = this.#at;
      const [whole, name, options = ''] = SWITCH.exec(this.#source) ?? [];
      if (whole !== undefined && name !== undefined) {
        this.#at += whole.length;
        text += show(name.toLowerCase(), options, this.#arguments());
      } else if (char === '\\') {
        text += this.#source[this.#at + 1] ?? '';
        this.#at += 2;
      } else {
        if (char === '(') open += 1;
        else if (char === ')') open -= 1;
        text += char;
        this.#at += 1;
      }
    }
    return text;
  }

  #arguments(): string[] {
    const values: string[] = [];
    do {
      values.push(this.#sequence(true));
      this.#at += 1;
    } while (this.#at < this.#source.length && this.#source[this.#at - 1] !== ')');
    return values;
  }
}

function show(name: string, options: string, values: readonly string[]): string {
  const [first = '', second = '', third = ''] = values;
  switch (name) {
    case 'f':
      return `${grouped(first)}/${grouped(second)}`;
    case 'r':
      return values.length > 1 ? `${grouped(first)}√${grouped(second)}` : `√${grouped(first)}`;
    case 's':
      return values.length > 1
        ? `^${grouped(first)}_${grouped(second)}`
        : `${/\\do/i.test(options) ? '_' : '^'}${grouped(first)}`;
    case 'i': {
      const sign = /\\su/i.test(options) ? '∑' : /\\pr/i.test(options) ? '∏' : '∫';
      return `${sign}${first && `_${grouped(first)}`}${second && `^${grouped(second)}`} ${third}`;
    }
    case 'o':
      return circled(values) ?? values.join('');
    case 'b': {
      const bracket = (kind: string) => new RegExp(`\\\\${kind}\\s*\\\\(.)`, 'i').exec(options)?.[1];
      const both = bracket('bc');
      const [left, right] = [bracket('lc') ?? both, bracket('rc') ?? both];
      const closing = right ?? (left === undefined ? ')' : '');
      return `${left ?? (right === undefined ? '(' : '')}${first}${CLOSING[closing] ?? closing}`;
    }
    case 'a': {
      const columns = Number(/\\co(\d+)/i.exec(options)?.[1] ?? 1) || 1;
      const rows = Array.from({ length: Math.ceil(values.length / columns) }, (_, row) =>
        values.slice(row * columns, (row + 1) * columns).join(', '),
      );
      return rows.join('; ');
    }
    case 'd':
    case 'x':
      return values.join('');
    default:
      return values.join(',');
  }
}

/** `\bc` names the opening bracket alone. */
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** A number or character in a circle. */
function circled(values: readonly string[]): string | undefined {
  const circle = values.findIndex((value) => /^[○◯〇]$/.test(value.trim()));
  if (values.length !== 2 || circle === -1) return undefined;
  const inner = values[1 - circle]?.trim() ?? '';
  const sign = /^\d{1,2}$/.test(inner) ? formatNumber(Number(inner), 'circled') : inner;
  return sign === inner ? `(${inner})` : sign;
}
