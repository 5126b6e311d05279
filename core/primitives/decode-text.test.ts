import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decode, decodeText } from './decode-text.ts';

const CHINESE = '本手册介绍水泵的安装和维护。启动之前，请先检查阀门是否已经关闭。';

describe('decodeText', { timeout: 60_000 }, () => {
  test.each([
    ['UTF-8', Buffer.from(CHINESE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`, 'utf16le')],
    ['big-endian UTF-16 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`, 'utf16le').swap16()],
    ['GB18030', iconv.encode(CHINESE, 'gb18030')],
  ])('decodes Chinese in %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe(CHINESE);
  });

  test('decodes a short Chinese note in GB18030 between Latin words', () => {
    expect(decodeText(iconv.encode('model A-1: 水泵已停机', 'gb18030'))).toBe('model A-1: 水泵已停机');
  });

  test('detects UTF-16 without a byte order mark', () => {
    const text = 'The pump stops when the valve closes.';
    expect(decodeText(Buffer.from(text, 'utf16le'))).toBe(text);
    expect(decodeText(Buffer.from(text, 'utf16le').swap16())).toBe(text);
  });

  test('detects Chinese UTF-16 without a byte order mark, in which hardly any byte is zero', () => {
    for (const text of [CHINESE, `水泵\n${CHINESE}\n`]) {
      expect(decode(Buffer.from(text, 'utf16le'))).toMatchObject({ text, encoding: 'utf-16le' });
      expect(decode(Buffer.from(text, 'utf16le').swap16())).toMatchObject({ text, encoding: 'utf-16be' });
    }
  });

  test.each([
    ['gb18030', '关闭阀门'],
    ['gb18030', '名称,价格\r\n密封,4\r\n阀门,5\r\n'],
    ['gb18030', '# API\n\nThe call takes one argument.\n\nWritten by 张三 in 2019, changed by 李四.\n'],
    ['cp949', '밸브를 닫기 전에 압력을 확인'],
    ['cp949', '부품,가격\n밀봉,4\n밸브,5\n이 표는 매년 고친다'],
    ['windows-1252', 'São Paulo – Größe 5 µm, 40 °C, à la carte, naïve œuvre'],
    ['windows-1251', 'Закройте клапан перед пуском насоса'],
    ['koi8-r', 'закройте клапан перед пуском насоса, затем ждите'],
    ['windows-1253', 'Κλείστε τη βαλβίδα πριν από την εκκίνηση'],
    ['shift_jis', 'バルブを閉める'],
    ['euc-jp', 'バルブを閉める前に確認'],
  ])('decodes a short text in %s: %s', (encoding, text) => {
    expect(decodeText(iconv.encode(text, encoding))).toBe(text);
  });

  test('decodes Latin-1', () => {
    const text = 'Die Prüfung der Anlage erfolgt jährlich; für die Dauer der Störung läuft die Pumpe weiter.';
    expect(decodeText(Buffer.from(text, 'latin1'))).toBe(text);
  });

  test('uses the declared encoding if the bytes are not UTF-8', () => {
    const text = '水泵';
    expect(decodeText(iconv.encode(text, 'big5'), 'big5')).toBe(text);
    expect(decodeText(Buffer.from(text), 'big5')).toBe(text);
    expect(decodeText(iconv.encode(CHINESE, 'gb18030'), 'no-such-encoding')).toBe(CHINESE);
  });

  test.each([
    ['koi8-r', 'Закройте клапан до остановки насоса.'],
    ['koi8-u', 'Перевірка обладнання проводиться у другий вівторок місяця, її проводить їдальня.'],
    ['windows-1251', 'Фильтр очищают в первый понедельник каждого месяца.'],
    ['cp866', 'Закройте клапан.'],
    ['windows-874', 'ปิดวาล์วก่อนหยุดปั๊ม'],
    ['big5', '申請表格可於總務處索取。'],
    ['shift_jis', 'バルブを閉じてください。'],
    ['euc-jp', 'フィルターは毎月最初の月曜日に清掃する。'],
    ['cp949', '펌프를 멈추기 전에 밸브를 닫으십시오. 똠방각하'],
    ['cp949', '필터는 매월 첫째 월요일에 청소합니다.'],
    ['windows-1253', 'Κλείστε τη βαλβίδα πριν σταματήσει η αντλία.'],
    ['windows-1256', 'أغلق الصمام قبل إيقاف المضخة.'],
  ])('recognises a sentence in %s: %s', (encoding, text) => {
    expect(decodeText(iconv.encode(text, encoding))).toBe(text);
  });

  test('decodes the seven-bit encodings of East Asian mail, declared or not', () => {
    const japanese = Buffer.from('\x1b$BE@8!\x1b(B A-1', 'latin1');
    expect(decode(japanese)).toEqual({ text: '点検 A-1', encoding: 'iso-2022-jp', doubtful: false });
    expect(decodeText(japanese, 'ISO-2022-JP')).toBe('点検 A-1');
    expect(decodeText(Buffer.from('\x1b$)C\x0e0!\x0f A-1\n', 'latin1'))).toBe('가 A-1\n');
    expect(decodeText(Buffer.from('~{<:Ky2;S{~} A~~1', 'latin1'))).toBe('己所不欲 A~1');
  });

  test('decodes characters of Hong Kong and Unified Hangul that the basic encodings lack', () => {
    for (const label of [undefined, 'big5', 'big5-hkscs']) {
      const text = '香港嘅辦公室喺中環，佢哋話唔使預約。';
      expect(decodeText(iconv.encode(text, 'big5-hkscs'), label)).toBe(text);
    }
    for (const label of ['euc-kr', 'ks_c_5601-1987', 'cp949', 'uhc', 'windows-949']) {
      expect(decodeText(iconv.encode('똠방각하 펲시콜라', 'cp949'), label)).toBe('똠방각하 펲시콜라');
    }
  });

  test('a declaration that the bytes contradict is not believed', () => {
    const chinese = iconv.encode(CHINESE, 'gb18030');
    for (const label of ['iso-8859-1', 'windows-1252', 'utf-8', 'euc-kr']) {
      expect(decode(chinese, label)).toMatchObject({ text: CHINESE, encoding: 'gb18030' });
    }
    const russian = 'Фильтр очищают в первый понедельник каждого месяца. Перед этим закройте клапан.';
    expect(decodeText(iconv.encode(russian, 'koi8-r'), 'iso-8859-1')).toBe(russian);
    expect(decodeText(iconv.encode('Größe: 5 µm', 'latin1'), 'iso-8859-1')).toBe('Größe: 5 µm');
  });

  test('a guess from few bytes is doubtful, one from a paragraph is not', () => {
    expect(decode(iconv.encode('水泵', 'gb18030')).doubtful).toBe(true);
    expect(decode(iconv.encode(CHINESE, 'gb18030')).doubtful).toBe(false);
    expect(decode(iconv.encode(CHINESE, 'gb18030'), 'gbk').doubtful).toBe(false);
    expect(decode(Buffer.from('水泵')).doubtful).toBe(false);
  });

  test.each([
    ['10-encodings-ko-cp949.txt', 'cp949', '점검 중에는 난방이 멈춥니다. 똠방각하 펲시콜라 문의는 총무과로.'],
    ['10-encodings-ru-koi8-long.txt', 'koi8-r', 'Проверка оборудования проводится во второй вторник месяца.'],
    ['10-encodings-th-874-long.txt', 'windows-874', 'การตรวจสอบอุปกรณ์จะมีขึ้นทุกวันอังคารที่สองของเดือน'],
  ])('reads %s', (file, encoding, beginning) => {
    const read = decode(readFileSync(join(import.meta.dirname, '../corpus/readers/fixtures/cases', file)));
    expect(read.encoding).toBe(encoding);
    expect(read.text.startsWith(beginning)).toBe(true);
  });

  test('decodes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof decodeText(bytes) === 'string'),
      { numRuns: 100, seed: 1 },
    );
  });

  test('decodes any text in UTF-8', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !/[\0\ufeff\ufffe]/.test(text));
    fc.assert(
      fc.property(texts, (text) => decodeText(Buffer.from(text)) === text),
      { numRuns: 100, seed: 1 },
    );
  });
});

test('takes valid UTF-8 as it is, also where an earlier conversion left its U+FFFD behind', () => {
  expect(decode(Buffer.from('The valve\ufffd is closed.'))).toEqual({
    text: 'The valve\ufffd is closed.',
    encoding: 'utf-8',
    doubtful: false,
  });
});
