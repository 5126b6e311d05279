import { expect, test } from 'vitest';
import { readingOrder } from './bidi.ts';

/** [what, as seen from left to right, as read] */
test.each([
  ['Arabic', 'مامصلا قلغأ', 'أغلق الصمام'],
  ['Hebrew', 'םולש', 'שלום'],
  ['a number', 'ةقيقد 10 رظتنا', 'انتظر 10 دقيقة'],
  ['a Latin word', 'ءيضم KX-40 حابصملا', 'المصباح KX-40 مضيء'],
  ['several Latin words', 'ةدعاق Acme Pump Works 200 ةكرش', 'شركة Acme Pump Works 200 قاعدة'],
  ['a word and its number', 'Windows 11 مدختسا', 'استخدم Windows 11'],
  ['a number and its unit', 'GB 5 ةعسلا', 'السعة 5 GB'],
  ['a decimal number', '3.75 طغضلا', 'الضغط 3.75'],
  ['a percentage', '25% ةبسنلا', 'النسبة 25%'],
  ['a date', '2024/05/31 خيراتلا', 'التاريخ 2024/05/31'],
  ['brackets', '(ريغص) مامص', 'صمام (صغير)'],
  ['brackets around Latin', '(KX-40) مامص', 'صمام (KX-40)'],
  ['a range in Hebrew', '10-20 םידומע', 'עמודים 10-20'],
  ['a range in Arabic', '20-10 تاحفص', 'صفحات 10-20'],
  ['punctuation at the end', '.قلغأ', 'أغلق.'],
  ['Arabic digits', '٢٥ ماع', 'عام ٢٥'],
])('%s', (_, seen, read) => {
  expect(readingOrder([...seen], 'right-to-left')).toBe(read);
});

test('right-to-left words within a left-to-right line', () => {
  expect(readingOrder([...'The word םולש means peace.'], 'left-to-right')).toBe('The word שלום means peace.');
  expect(readingOrder([...'See ה"ב 5 םולש here'], 'left-to-right')).toBe('See שלום 5 ב"ה here');
});

test('a ligature stays in its own order', () => {
  expect(readingOrder(['ة', 'م', 'لا', 'س'], 'right-to-left')).toBe('سلامة');
});
