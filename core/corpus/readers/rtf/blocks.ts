/** How a cell is merged with others; the values are those of WordprocessingML. */
export interface CellMerge {
  horizontal?: 'restart' | 'continue';
  vertical?: 'restart' | 'continue';
}

interface Level {
  /** Finished blocks of the current cell; of the text itself on the lowest level. */
  content: string;
  cells: string[];
  rows: string;
}

const MAX_LEVELS = 20;

/** The paragraphs and tables of a text, note or text box as WordprocessingML. */
export class RtfBlocks {
  readonly #levels: Level[] = [newLevel()];
  /** Runs of the current paragraph. */
  runs = '';
  /** Number or bullet of the current paragraph. */
  marker = '';

  /** The text of the current paragraph, as it is escaped. */
  get words(): string {
    return this.runs.replace(/<[^>]*>/g, '');
  }

  /** Ends the current paragraph. @param level 0 outside of tables, 1 in a table, 2 in a table in it. */
  endParagraph(properties: string, level: number): void {
    this.#goTo(level);
    this.#top.content += `<w:p><w:pPr>${properties}</w:pPr>${this.runs}</w:p>`;
    this.runs = '';
    this.marker = '';
  }

  endCell(): void {
    this.#top.cells.push(this.#top.content);
    this.#top.content = '';
  }

  endRow(level: number, merges: readonly CellMerge[], isHeader: boolean): void {
    this.#goTo(level);
    const top = this.#top;
    if (top.content !== '') this.endCell();
    const cells = top.cells.map((content, i) => `<w:tc><w:tcPr>${mergeOf(merges[i])}</w:tcPr>${content}</w:tc>`);
    top.rows += `<w:tr>${isHeader ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${cells.join('')}</w:tr>`;
    top.cells = [];
  }

  finish(): string {
    this.#goTo(0);
    return this.#top.content;
  }

  get #top(): Level {
    return this.#levels.at(-1) as Level;
  }

  #goTo(wanted: number): void {
    const level = Math.min(wanted, MAX_LEVELS);
    while (this.#levels.length <= level) this.#levels.push(newLevel());
    while (this.#levels.length > level + 1) {
      if (this.#top.content !== '' || this.#top.cells.length > 0) this.endRow(this.#levels.length - 1, [], false);
      const { rows } = this.#levels.pop() as Level;
      this.#top.content += `<w:tbl>${rows}</w:tbl>`;
    }
  }
}

function newLevel(): Level {
  return { content: '', cells: [], rows: '' };
}

function mergeOf({ horizontal, vertical }: CellMerge = {}): string {
  const left = horizontal ? `<w:hMerge w:val="${horizontal}"/>` : '';
  return left + (vertical ? `<w:vMerge w:val="${vertical}"/>` : '');
}
