import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';
import { encode } from './fixtures/encodings.ts';

const CHINESE = '本手册介绍水泵的安装和维护。启动之前，请先检查阀门是否已经关闭。';

describe('decodeText', { timeout: 60_000 }, () => {
  test.each([
    ['UTF-8', Buffer.from(CHINESE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`, 'utf16le')],
    ['big-endian UTF-16 with a byte order mark', Buffer.from(`\ufeff${CHINESE}`, 'utf16le').swap16()],
    ['GB18030', encode(CHINESE, 'gb18030')],
  ])('decodes Chinese in %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe(CHINESE);
  });

  test('decodes a short Chinese note in GB18030 between Latin words', () => {
    expect(decodeText(encode('model A-1: 水泵已停机', 'gb18030'))).toBe('model A-1: 水泵已停机');
  });

  test('detects UTF-16 without a byte order mark', () => {
    const text = 'The pump stops when the valve closes.';
    expect(decodeText(Buffer.from(text, 'utf16le'))).toBe(text);
    expect(decodeText(Buffer.from(text, 'utf16le').swap16())).toBe(text);
  });

  test('decodes Latin-1', () => {
    const text = 'Die Prüfung der Anlage erfolgt jährlich; für die Dauer der Störung läuft die Pumpe weiter.';
    expect(decodeText(Buffer.from(text, 'latin1'))).toBe(text);
  });

  test('uses the declared encoding if the bytes are not UTF-8', () => {
    const text = '水泵';
    expect(decodeText(encode(text, 'big5'), 'big5')).toBe(text);
    expect(decodeText(Buffer.from(text), 'big5')).toBe(text);
    expect(decodeText(encode(CHINESE, 'gb18030'), 'no-such-encoding')).toBe(CHINESE);
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
