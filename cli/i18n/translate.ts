import { decisionReasonZh } from '../../core/report/i18n/decision-reasons-zh.ts';
import { reasonZh } from '../../core/report/i18n/reasons-zh.ts';
import { language } from './language.ts';
import { Translator } from './translator.ts';
import { catalogueZh } from './zh/index.ts';

/** Chinese of the catalogue, and of what reports translate too. */
export function newTranslator(): Translator {
  return new Translator(catalogueZh, reasonZh, decisionReasonZh);
}

let chinese: Translator | undefined;

/** A text for a person at the terminal, in their language. `--json`, logs and histories keep the English text. */
export function t(english: string): string {
  if (language() === 'en') return english;
  chinese ??= newTranslator();
  return chinese.translate(english);
}

/** `t` of each line. */
export function tLines(english: string): string {
  return english.split('\n').map(t).join('\n');
}
