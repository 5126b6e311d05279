/** The languages that the terminal speaks. */
export type Language = 'en' | 'zh';

/**
 * The language of what a person reads on the terminal: `HONE_LANG`, else that of the locale by the order of POSIX
 * (LC_ALL, LC_MESSAGES, LANG), else that of the system. English where it is none of ours.
 */
export function language(env: NodeJS.ProcessEnv = process.env): Language {
  const locale =
    env.HONE_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh\b|^zh_/i.test(locale) ? 'zh' : 'en';
}
