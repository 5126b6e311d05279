export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

export function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

/** The index after the last line that is indented at least as much, without the blank lines at the end. */
export function endOfIndented(lines: readonly string[], from: number, indent: number): number {
  let end = from;
  for (let i = from; i < lines.length; i += 1) {
    const line = lines[i] as string;
    if (isBlank(line)) continue;
    if (indentOf(line) < indent) break;
    end = i + 1;
  }
  return end;
}

export function dedented(lines: readonly string[]): string[] {
  let least = Number.POSITIVE_INFINITY;
  for (const line of lines) if (!isBlank(line)) least = Math.min(least, indentOf(line));
  return lines.map((line) => line.slice(Math.min(least, indentOf(line))));
}

/** Code as Markdown. */
export function fenced(code: readonly string[]): string[] {
  const text = code.join('\n').replace(/^\n+|\n+$/g, '');
  const longest = Math.max(3, ...(text.match(/`{4,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return text.trim() === '' ? [] : [fence, text, fence];
}
