import { withoutControlTokens } from './control-tokens.ts';
import { withoutThoughts } from './thoughts.ts';

/** The text of an answer, or why there is none. */
export type AnswerText = { text: string } | { failure: string };

/**
 * The answer in a text as a model wrote it: without thoughts, tokens of chat templates, and tags around the whole. A
 * text that is JSON as a whole is left as it is, since nothing can stand around its strings. Never throws.
 */
export function answerText(written: string): AnswerText {
  if (isJson(written)) return { text: written };
  const read = withoutThoughts(written);
  if ('unfinished' in read) return { failure: 'the answer ended within the model’s thoughts' };
  const text = unwrapAnswer(withoutControlTokens(read.text));
  if (text.trim() !== '') return { text };
  if (read.thoughts && written.trim() !== '') return { failure: 'the answer held thoughts and nothing else' };
  // Tokens alone: validation names them.
  return { text: written };
}

/**
 * Tags that models are trained to put around an answer: `<answer>` after `<think>` (GRPO), `<|begin_of_box|>` (GLM-V).
 * The text before a lone `<answer>` is thoughts without tags.
 */
const ANSWER_TAG = /^[ \t]*<(answer|response|output|final|final_answer)>[ \t]*/gim;

function unwrapAnswer(text: string): string {
  const [tag, ...others] = text.matchAll(ANSWER_TAG);
  if (!tag || others.length > 0 || /<(?:question|query|q)\b/i.test(text.slice(0, tag.index))) return text;
  const inside = text.slice(tag.index + tag[0].length);
  const end = inside.toLowerCase().lastIndexOf(`</${tag[1]?.toLowerCase()}>`);
  return end === -1 ? inside : inside.slice(0, end);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
