import { describe, expect, test } from 'vitest';
import { joinLines } from './join-lines.ts';

describe('joinLines', () => {
  test('keeps a hyphen at the line end if the document has the hyphenated word elsewhere', () => {
    expect(joinLines('a high-', 'pressure pump', new Set(['high-pressure']))).toBe('a high-pressure pump');
    expect(joinLines('the instal-', 'lation', new Set())).toBe('the installation');
    expect(joinLines('A-', 'Z', new Set())).toBe('A- Z');
  });

  test('joins Chinese lines without a space', () => {
    expect(joinLines('启动之前，', '请检查', new Set())).toBe('启动之前，请检查');
    expect(joinLines('型号', 'A-1', new Set())).toBe('型号 A-1');
  });
});
