/** Signs of Markdown that mean nothing in reStructuredText. */
const MARKDOWN_SIGNS = /[\\*_[\]<>#~&]/g;
const ADDRESS = /(\b(?:https?|ftp):\/\/[^\s<>`]*[^\s<>`.,;:!?)'"\]])/;
/** A longer text is no name of something. */
const MAX_SUBSTITUTION = 1000;

/** Roles that show more than their text. */
const SHOWN: Readonly<Record<string, (text: string) => string>> = {
  rfc: (text) => `RFC ${text}`,
  pep: (text) => `PEP ${text}`,
  guilabel: withoutAccelerator,
  menuselection: withoutAccelerator,
};

/** The inline markup of reStructuredText: literals stay code, roles, references and substitutions are their text. */
export class RstInline {
  readonly #substitutions: ReadonlyMap<string, string>;

  /** @param substitutions texts by their names. */
  constructor(substitutions: ReadonlyMap<string, string> = new Map()) {
    this.#substitutions = substitutions;
  }

  /** The text of a paragraph, or of a line, as Markdown. */
  markdown(text: string): string {
    return this.#parts(text)
      .map(({ literal, part }) =>
        literal
          ? code(part)
          : this.#words(part)
              .split(ADDRESS)
              .map((words, i) => (i % 2 === 1 ? words : words.replace(MARKDOWN_SIGNS, '\\$&')))
              .join(''),
      )
      .join('');
  }

  plain(text: string): string {
    return this.#parts(text)
      .map(({ literal, part }) => (literal ? part : this.#words(part)))
      .join('');
  }

  /** Literals are between two backticks; a backtick may be in them. */
  #parts(text: string): { literal: boolean; part: string }[] {
    return text
      .split(/(?<![`\\])``(?!\s)([\s\S]*?[^\s`]`*?)``(?!`)/)
      .map((part, i) => ({ literal: i % 2 === 1, part }));
  }

  #words(text: string): string {
    return text
      .replace(/:(?:[\w+.-]{1,40}:){0,3}([\w+.-]{1,40}):`([^`]*)`/g, (_, role: string, content: string) => {
        const shown = shownOf(content).replace(/^[!~]/, '');
        return (SHOWN[role] ?? ((other: string) => other))(shown);
      })
      .replace(/_`([^`]+)`/g, '$1')
      .replace(/`([^`]+)`(?:__?(?!\w)|:[\w:+.-]+:)?/g, (_, content: string) => shownOf(content))
      .replace(/\*\*([^*\s](?:[^*]*[^*\s])?)\*\*/g, '$1')
      .replace(/(?<![\w*\\])\*([^*\s](?:[^*]*[^*\s\\])?)\*(?![\w*])/g, '$1')
      .replace(/(?<![\w|])\|([^|\s](?:[^|\n]*[^|\s])?)\|(?:__?)?(?![\w|])/g, (_, name: string) => this.#named(name))
      .replace(/\[([#*\w-]+)\]_(?!\w)/g, '[$1]')
      .replace(/(?<=[\p{L}\p{N}])__?(?=[\s.,;:)!?]|$)/gu, '')
      .replace(/\\(\s|.)/g, (_, escaped: string) => escaped.trim());
  }

  #named(name: string): string {
    const text = this.#substitutions.get(name) ?? this.#substitutions.get(name.toLowerCase());
    return text?.slice(0, MAX_SUBSTITUTION) ?? name;
  }
}

/** The text of a role or link, without what it leads to. */
function shownOf(content: string): string {
  const target = content.endsWith('>') ? content.lastIndexOf('<') : -1;
  if (target === -1 || content.indexOf('>', target) < content.length - 1) return content;
  return content.slice(0, target).trimEnd() || content.slice(target + 1, -1);
}

function withoutAccelerator(text: string): string {
  return text.replace(/&(?=\S)/g, '');
}

function code(text: string): string {
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  return text.includes('`') ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}
