import { basename } from 'node:path';
import type { Progress } from '../../core/contracts/progress.ts';

/** `Hone · handbook · all-MiniLM-L6-v2 · Temporal http://127.0.0.1:8233` */
export function header(
  { title, model }: Pick<Progress, 'title' | 'model'>,
  temporal: string,
  resumed: boolean,
): string {
  return [
    'Hone',
    title,
    basename(model.replace(/^pypi:/, '')),
    resumed ? 'goes on where it was' : '',
    temporal === '' ? '' : `Temporal ${temporal}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
