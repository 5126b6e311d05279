import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { Fault } from '../contracts/fault.ts';
import { linesOfFile, textOfFile } from './text-of-file.ts';

const TEXTS: Readonly<Record<string, string>> = {
  gbk: '设备维护手册：每两天检查一次压力表，发现异常应立即停机，并通知值班人员。滤芯每六个月更换一次，更换之前必须先关闭进水阀门。',
  big5: '設備維護手冊：每兩天檢查一次壓力錶，發現異常應立即停機，並通知值班人員。濾芯每六個月更換一次，更換之前必須先關閉進水閥門。',
  shift_jis:
    '設備の保守マニュアル：圧力計は二日に一度点検し、異常があれば直ちに停止して当番の担当者に連絡してください。',
  'euc-kr':
    '설비 유지 보수 설명서: 압력계는 이틀에 한 번 점검하고 이상이 있으면 즉시 정지한 뒤 담당자에게 알려 주십시오.',
  'koi8-r':
    'Руководство по обслуживанию: проверяйте манометр каждые два дня и немедленно останавливайте насос при неисправности.',
  'utf-8': 'Überdruck 压力 давление',
};

describe('a file', () => {
  it.each(Object.entries(TEXTS))('in %s is read as it was written', (encoding, text) => {
    const json = JSON.stringify({ [text.slice(0, 8)]: text }, null, 2);
    const bytes = iconv.encode(json, encoding);
    expect(textOfFile(bytes, 'f.json')).toBe(json);
    expect([...linesOfFile(bytes, 'f.json')].join('\n')).toBe(json);
  });

  it.each(['utf-16le', 'utf-16be'])('in %s, as PowerShell writes it, is read', (encoding) => {
    for (const text of ['{ "a": "plain" }\n{ "b": 1 }', TEXTS.gbk as string]) {
      const bytes = iconv.encode(text, encoding, { addBOM: true });
      expect(textOfFile(bytes, 'f.json')).toBe(text);
      expect([...linesOfFile(bytes, 'f.json')].join('\n')).toBe(text);
    }
  });

  it('with a byte order mark loses the mark alone', () => {
    expect(textOfFile(Buffer.from('\ufeff{"a": "b"}'), 'f.json')).toBe('{"a": "b"}');
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'UTF-8 with a byte lost',
      broken(Buffer.from(`{\n"a": "${TEXTS.gbk}"}`)),
      /^f\.json is not utf-8 throughout: line 2 /,
    ],
    ['GBK with a byte lost', broken(iconv.encode(`{\n"a": "${TEXTS.gbk}"}`, 'gbk')), /^f\.json is not /],
    ['a few bytes that may be anything', Buffer.from([0x22, 0xc4, 0xe3, 0x22]), /^f\.json is not UTF-8/],
  ])('of %s is refused by its name', (_what, bytes, message) => {
    const read = () => textOfFile(bytes, 'f.json');
    expect(read).toThrow(Fault);
    expect(read).toThrow(message);
    expect(() => [...linesOfFile(bytes, 'f.json')]).toThrow(message);
  });

  it('that holds U+FFFD itself is read as it is', () => {
    expect(textOfFile(Buffer.from('lost \ufffd'), 'f.json')).toBe('lost \ufffd');
  });
});

/** Without a byte in the middle of a character. */
function broken(bytes: Buffer): Buffer {
  const at = bytes.findIndex((byte, i) => i > 10 && byte >= 0x80) + 1;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from('"'), bytes.subarray(at + 1)]);
}
