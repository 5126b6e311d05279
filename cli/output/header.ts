import type { Progress } from '../../core/contracts/progress.ts';
import { t } from '../i18n/translate.ts';

/** First line of a run: `Hone · handbook · all-MiniLM-L6-v2 · Temporal http://127.0.0.1:8233`. */
export function header(
  { title, model }: Pick<Progress, 'title' | 'model'>,
  temporal: string,
  resumed: boolean,
): string {
  return [
    'Hone',
    title.includes(' ') ? t(title) : title,
    modelName(model),
    resumed ? t('continues where it stopped') : '',
    temporal === '' ? '' : `Temporal ${temporal}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A hub name without its owner; the last two parts of a folder, because the last one is often just `model`. */
export function modelName(model: string): string {
  const parts = model
    .replace(/^(pypi|modelscope):/, '')
    .split(/[\\/]+/)
    .filter((part) => part !== '');
  return parts.slice(/^[\\/]/.test(model) ? -2 : -1).join('/');
}
