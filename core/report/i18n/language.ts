import type { QADataset } from '../../contracts/dataset.ts';
import type { ReportLanguage } from '../report-data.ts';

/** BCP 47 language tag of a text for `lang` attributes, by its script; undefined for scripts of many languages. */
export function scriptLanguage(text: string): string | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{Script=Han}/u.test(text) ? 'zh' : undefined;
}

/** Chinese if most queries are Chinese, else English. */
export function reportLanguage(dataset: QADataset): ReportLanguage {
  const queries = Object.values(dataset.queries);
  const chinese = queries.filter((query) => scriptLanguage(query) === 'zh').length;
  return 2 * chinese > queries.length ? 'zh' : 'en';
}
