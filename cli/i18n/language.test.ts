import { expect, test } from 'vitest';
import { language } from './language.ts';

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh-Hans' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LC_MESSAGES: 'zh_TW.UTF-8', LANG: 'en_US.UTF-8' }, 'zh'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ HONE_LANG: 'en', LC_ALL: 'zh_CN.UTF-8' }, 'en'],
  [{ HONE_LANG: 'zh', LC_ALL: 'C' }, 'zh'],
  [{ HONE_LANG: '', LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zha_CN.UTF-8' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
])('%j is %s', (env, expected) => expect(language(env)).toBe(expected));
