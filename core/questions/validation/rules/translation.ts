/** The label of a language in front of a candidate, as translations have it. */
const LABEL =
  /^[（(]?\s*((in )?(english|chinese|german|spanish|french|japanese|korean)|translation|translated|中文|英文|英语|翻译|译文|(auf )?(deutsch|englisch)|übersetzung|español|inglés|traducción|français|anglais|traduction|日本語|英語|訳|翻訳|한국어|영어|번역)\s*(version|translation|版|译|訳|翻译|번역)?\s*[:：]/iu;

/** Whether a candidate says that it is a translation. */
export function isLabelledTranslation(text: string): boolean {
  return LABEL.test(text);
}
