import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { outdated, sectionsOf, translatedPages } from '../../scripts/translations.ts';

const MARK = 'Translate it again, then run: node scripts/translations.ts --mark';

/** Lines of code without their comments, which are translated. Diagrams are prose. */
function commands(text: string): string[] {
  const withoutDiagrams = text.replace(/```mermaid[\s\S]*?```/g, '');
  const fenced = [...withoutDiagrams.matchAll(/```\w*\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const indented = withoutDiagrams.replace(/```[\s\S]*?```/g, '').match(/^ {4}\S.*$/gm) ?? [];
  return [...fenced.join('').split('\n'), ...indented]
    .map((line) => line.replace(/(^|\s+)(#|\/\/) .*$/, '').trimEnd())
    .filter((line) => line !== '');
}

/** Names of options, commands, files and fields in running text. */
function names(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '');
  return [...new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name))].sort();
}

describe.each([...translatedPages()])('%s', (chinese, english) => {
  const faults = outdated(chinese, english);

  it('is a translation of the English page as it is now', () => {
    expect(faults, `${faults.join('\n')}\n${MARK} ${chinese}`).toEqual([]);
  });

  const originals = sectionsOf(english);
  it.each(sectionsOf(chinese).map(({ heading, text }, i) => [heading, text, originals[i]?.text ?? ''] as const))(
    'has the commands and names of the English page in “%s”',
    (_heading, translated, original) => {
      expect(commands(translated)).toEqual(commands(original));
      expect(names(translated)).toEqual(names(original));
    },
  );

  it('links to Chinese pages where there are some', () => {
    const text = sectionsOf(chinese)
      .map((section) => section.text)
      .join('\n');
    const pages = [...translatedPages().values()].map((page) => page.replace('docs/', ''));
    const linked = [...text.matchAll(/\]\((?:\.\.\/)?(?:docs\/)?([\w-]+\.md)[#)]/g)].map(([link, page = '']) => ({
      link,
      page,
    }));
    const inEnglish = linked.filter(
      ({ link, page }) => pages.includes(page) && page !== 'README.md' && /\]\((\.\.\/|docs\/[^z])/.test(link),
    );
    expect(inEnglish).toEqual([]);
  });
});

describe('a pair of pages', () => {
  const folder = temporaryFolder();
  const page = (name: string, text: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };

  it('names the sections that have changed, and no others', () => {
    const english = page('en.md', '# A\n\nold\n\n## B\n\nkept\n\n```sh\n# no heading\n```\n');
    const [a, b] = sectionsOf(english).map(({ hash }) => hash);
    const chinese = page('zh.md', `# 甲\n<!-- en:${a} -->\n\n旧\n\n## 乙\n<!-- en:${b} -->\n\n不变\n`);
    expect(outdated(chinese, english)).toEqual([]);
    page('en.md', '# A\n\nnew\n\n## B\n\nkept\n\n```sh\n# no heading\n```\n');
    expect(outdated(chinese, english)).toEqual([
      `${chinese}, “甲”: “A” of ${english} has changed since it was translated.`,
    ]);
  });

  it('names a page whose headings are others, and one whose English page is gone', () => {
    const chinese = page('zh.md', '# 甲\n');
    const english = page('en.md', '# A\n\n## B\n');
    expect(outdated(chinese, english)).toEqual([
      `${chinese} has other headings than ${english}. Give it the same ones, in the same order.`,
    ]);
    expect(outdated(chinese, `${english}.gone`)).toEqual([
      `${chinese}: ${english}.gone does not exist. Remove the translation.`,
    ]);
  });
});
