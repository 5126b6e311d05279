import { SAMPLE_TEXTS } from '../encoder/export/sample-texts.ts';
import type { ModelTokenizer } from '../encoder/tokenizer/tokenizer.ts';

/** A text that a server is tried with. */
export interface Sample {
  /** For people: the beginning of the text. */
  readonly label: string;
  readonly text: string;
  readonly as: 'query' | 'passage';
}

/** Texts that servers treat differently if they change texts, count few tokens, or lose characters. */
const PECULIAR: readonly string[] = [
  '.',
  'A1-B2',
  'Reset Password',
  'HTTP 404',
  'XS, M & XL',
  'Größe naïve façade',
  '零件编号 A-12',
  ' two  spaces ',
  'line one\nline two',
  'tabs\tand\r\nline breaks',
  '<b>100 %</b> & “more” — 5 × 3 ≥ 12 °C',
  'emoji 😀👩‍🔧 and 한국어 русский العربية',
];

/** Texts of this many tokens at most: longer ones take minutes and gigabytes with large models on a CPU. */
const LONGEST_TOKENS = 2200;
/** How many times the limit of the model the longest texts have. */
const BEYOND = 1.3;

const ENGLISH =
  'The hydraulic press takes fresh oil every four hundred hours of work; after each change of the seals it is bled, and the pressure is read twice on both gauges. ';
const CHINESE = '液压机每工作四百小时应更换机油；更换密封件之后须排气，并在两个压力表上各读数两次。';

/**
 * Texts in English, Chinese and others, short ones and ones that are longer than the model reads.
 * @param kinds The kinds of text that the model treats differently: `['passage']` if it has no prompts.
 */
export function sampleTexts(
  tokenizer: Pick<ModelTokenizer, 'count'>,
  maxTokens: number,
  kinds: readonly Sample['as'][],
): Sample[] {
  const beyond = Math.min(Math.ceil(maxTokens * BEYOND) + 8, LONGEST_TOKENS);
  const lengths = [Math.ceil(beyond / 4), Math.ceil(beyond / 2), beyond];
  const long = [ENGLISH, CHINESE].flatMap((sentence) => lengths.map((tokens) => repeat(sentence, tokens, tokenizer)));
  const texts = [...new Set([...PECULIAR, ...SAMPLE_TEXTS, ...long])];
  return texts.flatMap((text) => kinds.map((as) => ({ label: labelOf(text), text, as })));
}

/** Numbered sentences of at least `tokens` tokens together, so that no two parts of the text are the same. */
function repeat(sentence: string, tokens: number, { count }: Pick<ModelTokenizer, 'count'>): string {
  let text = '';
  for (let n = 1; text === '' || count(text) < tokens; n++) text += `${n}. ${sentence}`;
  return text;
}

function labelOf(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40).toWellFormed()}…` : line;
}
