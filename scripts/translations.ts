/**
 * The Chinese pages and the English pages that they are translations of. Under each heading of a Chinese page stands a
 * mark, `<!-- en:1a2b3c4d -->`: the hash of the English section. `tests/unit/translations.test.ts` compares them.
 *
 *   node scripts/translations.ts                          lists sections that have changed since they were translated
 *   node scripts/translations.ts --mark docs/zh/x.md …    writes the marks, once the pages are translated
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MARK = /^<!-- en:([0-9a-f]{8}) -->$/;

/** Chinese page -> English page. */
export function translatedPages(): Map<string, string> {
  const pages = readdirSync('docs/zh').filter((name) => name.endsWith('.md'));
  return new Map([
    ['README.zh-CN.md', 'README.md'],
    ...pages.map((name) => [`docs/zh/${name}`, `docs/${name}`] as const),
  ]);
}

interface Section {
  readonly heading: string;
  /** 1 for `#`. */
  readonly level: number;
  /** What stands below the heading, without the mark. */
  readonly text: string;
  readonly hash: string;
  /** Of the English section that this one is a translation of; undefined in English pages. */
  readonly mark: string | undefined;
}

/** The sections of a Markdown page: each heading with what stands below it, up to the next heading of any level. */
export function sectionsOf(page: string): Section[] {
  const sections: { heading: string; level: number; mark: string | undefined; lines: string[] }[] = [];
  let inFence = false;
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    if (line.startsWith('```')) inFence = !inFence;
    const [, hashes = '', heading = ''] = (!inFence && /^(#+) (.*)$/.exec(line)) || [];
    if (hashes) sections.push({ heading, level: hashes.length, mark: undefined, lines: [] });
    const section = sections.at(-1);
    if (!section || hashes) continue;
    const [, mark] = (section.lines.length === 0 && MARK.exec(line)) || [];
    if (mark) section.mark = mark;
    else section.lines.push(line);
  }
  return sections.map(({ lines, ...section }) => {
    const text = lines.join('\n').trim();
    const hash = createHash('sha256').update(`${section.heading}\n${text}`).digest('hex').slice(0, 8);
    return { ...section, text, hash };
  });
}

/** What has to be translated again, a line each. */
export function outdated(chinese: string, english: string): string[] {
  if (!existsSync(english)) return [`${chinese}: ${english} does not exist. Remove the translation.`];
  const translated = sectionsOf(chinese);
  const originals = sectionsOf(english);
  const shape = (sections: readonly Section[]) => sections.map(({ level }) => level).join(' ');
  if (shape(translated) !== shape(originals)) {
    return [`${chinese} has other headings than ${english}. Give it the same ones, in the same order.`];
  }
  return originals.flatMap(({ heading, hash }, i) =>
    translated[i]?.mark === hash
      ? []
      : [`${chinese}, “${translated[i]?.heading}”: “${heading}” of ${english} has changed since it was translated.`],
  );
}

function writeMarks(chinese: string, english: string): void {
  const originals = sectionsOf(english);
  const marked = sectionsOf(chinese).map(({ heading, level, text }, i) =>
    [`${'#'.repeat(level)} ${heading}`, `<!-- en:${originals[i]?.hash} -->`, '', text].join('\n').trim(),
  );
  writeFileSync(chinese, `${marked.join('\n\n')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, ...named] = process.argv.slice(2);
  const pages = translatedPages();
  if (flag === '--mark' && named.length > 0 && named.every((page) => pages.has(page))) {
    for (const page of named) writeMarks(page, pages.get(page) as string);
  } else if (flag === undefined) {
    const faults = [...pages].flatMap(([chinese, english]) => outdated(chinese, english));
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length > 0 ? 1 : 0;
  } else {
    console.error('Usage: node scripts/translations.ts [--mark docs/zh/PAGE.md …]');
    process.exitCode = 2;
  }
}
