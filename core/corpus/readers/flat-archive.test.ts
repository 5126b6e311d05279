import { expect, test } from 'vitest';
import { parseDocument } from './parse-document.ts';

const paragraph = (text: string, style = '') =>
  `<w:p><w:pPr>${style && `<w:pStyle w:val="${style}"/>`}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const STYLES = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>';

test.each([
  [
    'Word 2003, with the numbers that it stores',
    'report.doc',
    'docx',
    `<?mso-application progid="Word.Document"?><w:wordDocument><w:styles>${STYLES}</w:styles><w:body><wx:sect><wx:sub-section>${paragraph('维护', '1')}<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>Open it.</w:t></w:r><w:r><w:footnote>${paragraph('With key 7.')}</w:footnote></w:r></w:p></wx:sub-section></wx:sect></w:body></w:wordDocument>`,
    '1. Open it.\n\nWith key 7.',
  ],
  [
    'a flat package of Word',
    'a.xml',
    'docx',
    `<pkg:package><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document><w:body>${paragraph('维护', '1')}${paragraph('Open it.')}</w:body></w:document></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/_rels/document.xml.rels"><pkg:xmlData><Relationships><Relationship Id="r" Type="x/styles" Target="styles.xml"/></Relationships></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/styles.xml"><pkg:binaryData>${Buffer.from(`<w:styles>${STYLES}</w:styles>`).toString('base64')}</pkg:binaryData></pkg:part></pkg:package>`,
    'Open it.',
  ],
  [
    'flat OpenDocument',
    'a.fodt',
    'odf',
    '<office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:h text:outline-level="1">维护</text:h><text:p>Open it.</text:p></office:text></office:body></office:document>',
    'Open it.',
  ],
  [
    'a web page as Confluence and Word store it',
    'page.doc',
    'eml',
    'Date: Mon, 6 May 2024 08:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; \r\n\tboundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h1>维护</h1><p>Open it.</p>\r\n--b--\r\n',
    'Open it.',
  ],
])('%s', async (_, path, media, content, text) => {
  const document = await parseDocument(
    Buffer.from(content.startsWith('<') ? `<?xml version="1.0"?>${content}` : content),
    path,
  );
  expect(document.media).toBe(media);
  expect(document.sections).toEqual([{ headings: ['维护'], text }]);
});
