import { describe, expect, test } from 'vitest';
import { drawPdf } from '../fixtures/pdf.ts';
import { readPdf } from '../read-pdf.ts';

const CHINESE = '关闭阀门之前请先检查压力';
const TRADITIONAL = '關閉閥門之前請先檢查壓力';
const JAPANESE = 'バルブを閉める前に圧力を確認する';
const KOREAN = '밸브를 닫기 전에 압력을 확인하십시오';

const GBK = 'b9d8b1d5b7a7c3c5d6aec7b0c7ebcfc8bcecb2e9d1b9c1a6';
const UHC = 'b9ebbaeab8a620b4ddb1e220c0fcbfa120bed0b7c2c0bb20c8aec0cec7cfbdcabdc3bfc0';

/** [CMap, character collection, text, the codes of the text] */
const ENCODINGS = [
  ['GBK-EUC-H', 'GB1', CHINESE, GBK],
  ['GBKp-EUC-H', 'GB1', CHINESE, GBK],
  ['GB-EUC-H', 'GB1', CHINESE, GBK],
  ['GBK2K-H', 'GB1', CHINESE, GBK],
  ['UniGB-UCS2-H', 'GB1', CHINESE, utf16(CHINESE)],
  ['UniGB-UTF16-H', 'GB1', CHINESE, utf16(CHINESE)],
  ['ETen-B5-H', 'CNS1', TRADITIONAL, 'c3f6b3acbbd6aaf9a4a7ab65bdd0a5fdc0cbac64c0a3a44f'],
  ['UniCNS-UCS2-H', 'CNS1', TRADITIONAL, utf16(TRADITIONAL)],
  ['UniCNS-UTF16-H', 'CNS1', TRADITIONAL, utf16(TRADITIONAL)],
  ['90ms-RKSJ-H', 'Japan1', JAPANESE, '836f838b837582f095c282df82e9914f82c988b397cd82f08a6d944682b782e9'],
  ['EUC-H', 'Japan1', JAPANESE, 'a5d0a5eba5d6a4f2cac4a4e1a4ebc1b0a4cbb0b5cecfa4f2b3cec7a7a4b9a4eb'],
  ['UniJIS-UCS2-H', 'Japan1', JAPANESE, utf16(JAPANESE)],
  ['UniJIS-UTF16-H', 'Japan1', JAPANESE, utf16(JAPANESE)],
  ['KSCms-UHC-H', 'Korea1', KOREAN, UHC],
  ['KSC-EUC-H', 'Korea1', KOREAN, UHC],
  ['UniKS-UCS2-H', 'Korea1', KOREAN, utf16(KOREAN)],
  ['UniKS-UTF16-H', 'Korea1', KOREAN, utf16(KOREAN)],
] as const;

function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex');
}

/** A font that is not in the file, as Chinese office programs and old printer drivers write them. */
function notEmbedded(cMap: string, collection: string): string {
  const descriptor =
    '<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 860 /Descent -140 /CapHeight 860 /StemV 80 >>';
  const system = `<< /Registry (Adobe) /Ordering (${collection}) /Supplement 2 >>`;
  const descendant = `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo ${system} /DW 1000 /FontDescriptor ${descriptor} >>`;
  return `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${cMap} /DescendantFonts [${descendant}] >>`;
}

const show = (codes: string, x: number, y: number) => `BT /F2 12 Tf ${x} ${y} Td <${codes}> Tj ET`;

describe('text in fonts that are not embedded', { timeout: 60_000 }, () => {
  test.each(ENCODINGS)('%s beside Latin text', async (cMap, collection, text, codes) => {
    const content = `${show(codes, 50, 700)}\nBT /F1 12 Tf 50 660 Td (Valve KX-40) Tj ET`;
    const { sections, doubts } = await readPdf(
      drawPdf([{ content }], { fonts: { F2: notEmbedded(cMap, collection) } }),
    );
    expect(sections).toEqual([{ headings: [], text: `${text}\n\nValve KX-40` }]);
    expect(doubts).toEqual([]);
  });

  test.each(ENCODINGS.filter(([cMap]) => !cMap.startsWith('GB-')))(
    '%s in its vertical variant, columns from right to left',
    async (cMap, collection, text, codes) => {
      const content = [show(codes, 500, 700), show(codes, 470, 700)].join('\n');
      const fonts = { F2: notEmbedded(cMap.replace(/H$/, 'V'), collection) };
      const { sections } = await readPdf(drawPdf([{ content }], { fonts }));
      expect(sections[0]?.text.replace(/\s+/g, '')).toBe(`${text}${text}`.replace(/\s+/g, ''));
    },
  );

  test('punctuation in vertical writing is that of horizontal writing', async () => {
    const content = show(utf16('（一）启动，停止。“危险”'), 500, 700);
    const { sections } = await readPdf(drawPdf([{ content }], { fonts: { F2: notEmbedded('UniGB-UCS2-V', 'GB1') } }));
    expect(sections[0]?.text).toMatch(/^（一）启动，停止。.危险.$/);
  });
});
