import { describe, expect, test } from 'vitest';
import type { Document } from '../../contracts/corpus.ts';
import { parseDocument } from '../readers/parse-document.ts';
import { RepeatedBlocks } from './repeated-blocks.ts';

const page = (path: string, body: string) => parseDocument(Buffer.from(`<!doctype html><html>${body}</html>`), path);
const pages = (paths: readonly string[], body: (path: string) => string) =>
  Promise.all(paths.map((path) => page(path, body(path))));
const all = async (documents: readonly Document[]) => {
  const repeated = await RepeatedBlocks.of(documents);
  return documents.map((document) => repeated.without(document));
};
const texts = (documents: readonly Document[]) =>
  documents.map(({ sections }) =>
    sections.map(({ headings, text }) => [...headings.slice(-1), text].join('\n')).join('\n'),
  );

describe('blocks that repeat across pages', { timeout: 30_000 }, () => {
  const site = (path: string) =>
    `<p>Acme intranet of the works</p><h1>Page ${path}</h1><p>Only here: ${path}.</p><h2>Contact</h2><p>Ask in room 4</p>`;

  test('are left out of the pages of a folder, with the headings of nothing else, and reported', async () => {
    const read = await all(await pages(['a/1.html', 'a/2.html', 'a/3.html', 'a/4.html'], site));
    expect(texts(read)[0]).toBe('Page a/1.html\nOnly here: a/1.html.');
    expect(read[0]?.reading.omitted).toEqual([
      { reason: 'repeated', characters: 39, sample: 'Acme intranet of the works' },
    ]);
    expect(read[0]?.reading.characters).toBe('Pagea1htmlOnlyherea1html'.length);
  });

  test('are those of pages that have a folder each, too', async () => {
    const read = await all(await pages(['a/x/index.html', 'a/y/index.html', 'a/z/index.html'], site));
    expect(texts(read)[2]).toBe('Page a/z/index.html\nOnly here: a/z/index.html.');
  });

  test('are kept where they are on two pages only, on few of many, in other folders or in no web pages', async () => {
    for (const paths of [
      ['a/1.html', 'a/2.html'],
      ['a/1.html', 'b/1.html', 'c/1.html'],
    ]) {
      const documents = await pages(paths, site);
      expect(await all(documents)).toEqual(documents);
    }
    const many = await pages(
      Array.from({ length: 8 }, (_, i) => `a/${i}.html`),
      (path) => `<h1>${path}</h1><p>Of ${path}.</p>${/[012]/.test(path) ? '<p>Shared by three</p>' : ''}`,
    );
    expect(await all(many)).toEqual(many);
    const markdown = await Promise.all(
      ['1.md', '2.md', '3.md'].map((path) => parseDocument(Buffer.from('Same.'), path)),
    );
    expect(await all(markdown)).toEqual(markdown);
  });

  test('stay on the first page if they are whole sentences', async () => {
    const warning = 'Disconnect the pump from the mains before you open the housing.';
    const read = await all(
      await pages(
        ['a/1.html', 'a/2.html', 'a/3.html'],
        (path) => `<h1>${path}</h1><p>${warning}</p><p>Of ${path}.</p>`,
      ),
    );
    expect(texts(read).map((text) => text.includes(warning))).toEqual([true, false, false]);
  });

  test('do not move the tables behind them', async () => {
    const read = await all(
      await pages(
        ['a/1.html', 'a/2.html', 'a/3.html'],
        (path) => `<h1>T</h1><p>Acme intranet</p><p>${path}</p><table><tr><th>a<th>b<tr><td>${path}<td>2</table>`,
      ),
    );
    const [section] = read[1]?.sections ?? [];
    expect(section?.tables).toEqual([{ line: 2, rows: 2, headerRows: 1 }]);
    expect(section?.text.split('\n')[2]).toBe('a | b');
  });
});
