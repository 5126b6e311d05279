import { expect, test } from 'vitest';
import { joinLines, wordsOf } from './join-lines.ts';

/** [first line, second line, words that the document has elsewhere, joined] */
test.each([
  ['the instal-', 'lation', '', 'the installation'],
  ['a high-', 'pressure pump', 'a high-pressure hose', 'a high-pressure pump'],
  ['a well-', 'known rule', 'known as well', 'a well-known rule'],
  ['more in-', 'formation', 'in formation', 'more information'],
  ['the re-', 'start', 'to restart or to re-start', 'the restart'],
  ['Sub-', 'Saharan', '', 'Sub-Saharan'],
  ['model KX-', '40 only', '', 'model KX-40 only'],
  ['MAINTE-', 'NANCE', '', 'MAINTENANCE'],
  ['Ein-', 'und Ausgang', '', 'Ein- und Ausgang'],
  ['flows in-', 'to the hall', 'into', 'flows into the hall'],
  ['the instal\u00ad', 'lation', '', 'the installation'],
  ['closed -', 'never open', '', 'closed - never open'],
  ['启动之前，', '请检查', '', '启动之前，请检查'],
  ['型号', 'A-1', '', '型号 A-1'],
])('%s | %s', (before, after, elsewhere, joined) => {
  expect(joinLines(before, after, wordsOf([elsewhere]))).toBe(joined);
});
