import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePdf } from './fixtures/pdf.ts';
import { makeDocx, makeZip } from './fixtures/zip.ts';
import { parseDocument } from './parse-document.ts';

const page = '<!DOCTYPE html><html><body><p>Please log in.</p></body></html>';

describe('parseDocument', { timeout: 60_000 }, () => {
  test('a document has its path, the id of its content, its title and its language', async () => {
    expect(await parseDocument(Buffer.from('# 泵手册\n\n先关阀，再停泵。'), '手册/泵.md')).toEqual({
      id: '81ee51d73e13bdea',
      path: '手册/泵.md',
      title: '泵手册',
      media: 'md',
      language: 'zh',
      sections: [{ headings: ['泵手册'], text: '先关阀，再停泵。' }],
      reading: { characters: 9, omitted: [], doubts: [] },
    });
    expect((await parseDocument(Buffer.from('text'), 'a/notes.v2.txt')).title).toBe('notes.v2');
  });

  test('a PDF or docx file with another extension is read by its content', async () => {
    expect((await parseDocument(makePdf([[{ text: 'Hello there', y: 700 }]]), 'a.txt')).media).toBe('pdf');
    expect((await parseDocument(makeDocx([['', 'text']]), 'a.pdf')).media).toBe('docx');
    expect((await parseDocument(Buffer.from(page), 'a.txt')).media).toBe('html');
  });

  test.each([
    ['report.pdf', page, 'named .pdf but holds a web page'],
    ['report.docx', 'just text', 'named .docx but holds plain text'],
    ['old.docx', Buffer.from('d0cf11e0a1b11ae100000000', 'hex'), 'old or encrypted Office file'],
    ['notes.txt', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'named .txt but holds a PNG image'],
    ['notes.md', Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 256), 'binary data'],
    ['notes.docx', '{\\rtf1 }', 'no text in it'],
    ['blank.md', ' \n\t\n\ufeff', 'no text in it'],
    ['photos.docx', makeZip([{ name: 'photos/a.jpg', content: 'x' }]), 'a zip archive, not a document'],
    ['hidden.html', '<html><script>x</script></html>', 'no text in it'],
  ])('%s is refused with the reason', async (path, content, reason) => {
    await expect(parseDocument(Buffer.from(content), path)).rejects.toMatchObject({
      name: 'Unreadable',
      message: expect.stringContaining(reason),
    });
  });

  test('NULs, control characters, broken UTF-8 and lone surrogates are removed or replaced', async () => {
    const text = `${'All is well here. '.repeat(20)}a\0b\u0007c\ufeff\u200bd\r\ne\r`;
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0xf0, 0x9f])]);
    const { sections } = await parseDocument(bytes, 'a.txt');
    const read = sections[0]?.text ?? '';
    expect(read).toContain('abcd\ne');
    expect(read.isWellFormed()).toBe(true);
    expect((await parseDocument(Buffer.from('\ufeffa\ud83d😀', 'utf16le'), 'b.txt')).sections[0]?.text).toBe(
      'a\ufffd😀',
    );
  });

  test('any bytes under any name give a document or Unreadable', async () => {
    const names = fc.constantFrom('a.md', 'a.txt', 'a.html', 'a.docx', '../../etc/passwd.md', '..', 'a\n.pdf');
    const head = fc.constantFrom('', 'PK\x03\x04', '\xff\xfe', '<html>', '%PDF-1.4\n', '# ');
    await fc.assert(
      fc.asyncProperty(names, head, fc.uint8Array({ maxLength: 120 }), async (name, start, bytes) => {
        const outcome = await parseDocument(Buffer.concat([Buffer.from(start, 'latin1'), bytes]), name).catch(
          (e: Error) => e.name,
        );
        expect(typeof outcome === 'string' ? outcome : outcome.path).toBe(
          typeof outcome === 'string' ? 'Unreadable' : name,
        );
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
