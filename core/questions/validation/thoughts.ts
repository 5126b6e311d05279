import { afterProse } from './prose-thoughts.ts';

/*
 * How language models set their thoughts apart from their answers. Servers are meant to remove this markup (into
 * `reasoning_content`); a server without the model's parser sends it as part of the answer.
 */

/** `<`, also as an entity or full-width. */
const LESS = '(?:<|&lt;|＜)';
const GREATER = '(?:>|&gt;|＞)';
const TAG =
  '(?:(?:ant)?think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratch_?pad|inner_?monologue|chain_?of_?thought|cot)(?:[_-](?:process|steps|block))?|思考(?:过程)?|推理(?:过程)?';

/**
 * Formats with tokens or tags that nothing but thoughts is marked with, wherever they stand. `[open, close]`:
 * - `<think>` of DeepSeek-R1, Qwen3, QwQ, GLM-4.5, MiniMax, Hunyuan, Nemotron and others; `<thinking>` of prompts for
 *   Claude; `<thought>` of Gemini and EXAONE Deep; `<reasoning>` of GRPO recipes; with a prefix `<seed:think>` of
 *   Seed-OSS, `<longcat_think>`
 * - `[THINK]` of Magistral; `◁think▷` of Kimi; `<|START_THINKING|>` of Command A Reasoning; `<|begin_of_thought|>` of
 *   OpenThinker and Sky-T1; `<|inner_prefix|>` of Apertus; `<unused94>thought` of MedGemma
 * - what Ollama's terminal makes of them; Granite's sentences
 */
const UNMISTAKABLE: readonly (readonly [string, string])[] = [
  [
    `${LESS}(?:[\\w-]{1,20}[:_])?(?:${TAG})(?:\\s[^<>\\n]{0,80})?${GREATER}`,
    `${LESS}\\s?/\\s?(?:[\\w-]{1,20}[:_])?(?:${TAG})\\s?${GREATER}`,
  ],
  ['\\[(?:THINK(?:ING)?|REASONING)\\]', '\\[/(?:THINK(?:ING)?|REASONING)\\]'],
  ['【(?:思考|推理)(?:过程)?】', '【/(?:思考|推理)(?:过程)?】'],
  ['◁think▷', '◁/think▷'],
  ['<\\|START_THINKING\\|>', '<\\|END_THINKING\\|>'],
  ['<\\|(?:begin|start)_of_th(?:ought|ink(?:ing)?)\\|>', '<\\|end_of_th(?:ought|ink(?:ing)?)\\|>'],
  ['<\\|think(?:ing)?(?:_start)?\\|>', '<\\|(?:/think(?:ing)?|think(?:ing)?_end)\\|>'],
  ['<\\|inner_prefix\\|>', '<\\|inner_suffix\\|>'],
  ['<unused94>', '<unused95>'],
  ['(?:^|\\n)Thinking\\.\\.\\.(?=\\s*\\n)', '\\.\\.\\.done thinking\\.'],
  ['(?:^|\\n)Here is my thought process:', 'Here is my response:'],
];

/**
 * Tags whose names are ordinary words, which a document on XML may use as well. They mark thoughts only at the
 * beginning or the end of a line.
 */
const WORDS = '(?:analysis|plan(?:ning)?|brainstorm(?:ing)?|critique|分析(?:过程)?|草稿)';

const OPEN = UNMISTAKABLE.map(([open]) => open).join('|');
const CLOSE = UNMISTAKABLE.map(([, close]) => close).join('|');
const WORD_OPEN = `(?:^|\\n)[ \\t>]*${LESS}${WORDS}${GREATER}`;
const WORD_CLOSE = `${LESS}/${WORDS}${GREATER}(?=[ \\t]*(?:\\n|$))|(?:^|\\n)[ \\t]*${LESS}/${WORDS}${GREATER}`;
/** A pair on one line, as of a model that writes no line breaks. */
const WORD_PAIR = new RegExp(`^\\s*${LESS}(${WORDS})${GREATER}[\\s\\S]*${LESS}/\\1${GREATER}`, 'i');

const ANY_OPEN = new RegExp(`${OPEN}|${WORD_OPEN}`, 'i');
const ANY_CLOSE = new RegExp(`${CLOSE}|${WORD_CLOSE}`, 'gi');
const MARKER = new RegExp(`${OPEN}|${CLOSE}|<\\|?channel\\|?>`, 'i');

/** A fenced block of thoughts. */
const FENCED = /^```(?:think(?:ing)?|thoughts?|reasoning)[ \t]*\n[\s\S]*?(?:^```[ \t]*$|(?![\s\S]))/gim;

/** `thoughts`: there were some. `unfinished`: they did not end, so that there is no answer. */
export type WithoutThoughts = { text: string; thoughts: boolean } | { unfinished: true };

/**
 * Removes a model's thoughts: everything up to the end of the last one, as the beginning is often part of the prompt
 * and not of the answer.
 */
export function withoutThoughts(answer: string): WithoutThoughts {
  const harmony = finalMessage(answer);
  if (harmony === undefined) return { unfinished: true };
  const unfenced = withoutQuotedThoughts(canonical(harmony).replace(FENCED, ''));
  const pair = WORD_PAIR.exec(unfenced)?.[0].length ?? 0;
  const closings = [...unfenced.matchAll(ANY_CLOSE)];
  const last = closings.at(-1);
  const end = Math.max(pair, last ? last.index + last[0].length : 0);
  const headless = afterHeadedThoughts(unfenced.slice(end));
  const rest = headless === undefined ? undefined : afterLabelledThoughts(headless);
  if (rest === undefined || ANY_OPEN.test(rest)) return { unfinished: true };
  const text = end > 0 ? rest : afterProse(rest);
  return text === undefined ? { unfinished: true } : { text, thoughts: text.length < answer.length };
}

/** Thoughts that are folded into an HTML element, which documents use as well: by Open WebUI, and by chat pages. */
const FOLDED =
  /<details\b[^>\n]{0,80}?\btype="reasoning"[^>\n]{0,80}>|<details\b[^>\n]{0,80}>\s*<summary>[^<\n]{0,20}(?:thought|think|reasoning|思考|推理)[^<\n]{0,40}<\/summary>/gi;

function canonical(text: string): string {
  const folded = text.replace(FOLDED, '<think>');
  return folded === text ? text : folded.replaceAll('</details>', '</think>');
}

/**
 * The text after a quotation at the beginning, in which chat pages show thoughts (`> 已深度思考（用时 7 秒）`), and
 * models repeat the passage; the whole text if nothing follows the quotation.
 */
function withoutQuotedThoughts(text: string): string {
  if (!text.trimStart().startsWith('>')) return text;
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !/^\s*(?:>|$)/.test(line));
  const rest = end === -1 ? '' : lines.slice(end).join('\n');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}

/** Whether a text holds a marker of thoughts. */
export function hasThoughtMarker(text: string): boolean {
  return MARKER.test(text);
}

/**
 * Channels of OpenAI's harmony format (gpt-oss): `<|channel|>analysis<|message|>…<|channel|>final<|message|>…`. Gemma
 * has `<|channel>thought … <channel|>`.
 */
const CHANNEL = /<\|channel\|?>\s*(\w*)[^<\n]{0,80}(?:<\|constrain\|>[^<\n]{0,40})?(?:<\|message\|>)?/gi;
const MESSAGE_END = /<\|(?:end|return|call|start)\|>|<channel\|>/i;
/** The same without its special tokens, as some servers leave it: `analysisWe need …assistantfinal…`. */
const BARE_ANALYSIS = /^(?:analysis|commentary)(?=[\p{Lu}\p{Lo}]|\s*\n|$)/u;
const BARE_FINAL = 'assistantfinal';

/** The message to the user; the whole text if it has no channels; undefined if none of them is such a message. */
function finalMessage(text: string): string | undefined {
  const channels = [...text.matchAll(CHANNEL)];
  if (channels.length > 0) {
    const messages = channels.map(({ index, 0: head, 1: name = '' }, i) => {
      const message = text.slice(index + head.length, channels[i + 1]?.index).split(MESSAGE_END);
      return /^final$/i.test(name)
        ? message[0]
        : message
            .slice(1)
            .join('\n')
            .replace(/^\s*assistant\s*$/im, '');
    });
    const named = messages.filter((_, i) => /^final$/i.test(channels[i]?.[1] ?? ''));
    return [...named, messages.at(-1)].find((message) => message?.trim());
  }
  const at = text.lastIndexOf(BARE_FINAL);
  if (at !== -1) return text.slice(at + BARE_FINAL.length);
  return BARE_ANALYSIS.test(text.trimStart()) ? undefined : text;
}

/** Labels, on the first line, of thoughts without markup. */
const LABEL =
  /^[^\p{L}\p{N}]*(?:thoughts?|thinking(?: process)?|(?:my )?reasoning|思考(?:过程)?|推理(?:过程)?)[^\p{L}\p{N}]*?[:：]/iu;
const FINAL = '(?:final|my final) (?:answer|output|response|questions|queries)|最终(?:答案|回答|输出|问题)';
/** What announces the answer after thoughts, with or without a label. */
const FINAL_ANSWER = new RegExp(`^[^\\p{L}\\p{N}\\n]*(?:${FINAL})[^\\p{L}\\p{N}\\n]*?[:：][*_]*`, 'gimu');
const QUESTIONS_KEY = /^[^\p{L}\p{N}\n]*(?:questions|queries|问题|問題)[^\p{L}\p{N}\n]*?[:：][*_ \t]*$/gimu;

/** A line of Markdown that heads what follows it, as `## Thinking` and `**思考过程**` do. */
const headed = (words: string, flags: string) =>
  new RegExp(`^[ \\t]*(?:#{1,6}[ \\t]+[*_]*|[*_]{2})\\W{0,4}(?:\\d[.)][ \\t]*)?(?:${words})[*_:： \\t]*$`, flags);
const THOUGHT_WORDS = 'thoughts?|(?:my )?(?:thinking|thought)(?: process)?|chain of thought|思考(?:过程)?|推理过程';
const THOUGHT_HEADING = headed(`${THOUGHT_WORDS}|analysis|reasoning|planning|brainstorming|分析(?:过程)?|推理`, 'imu');
/** Others of these words are also kinds of questions. */
const SURELY_THOUGHTS = headed(THOUGHT_WORDS, 'iu');
const ANSWER_HEADING = headed(
  `(?:the |final |my |search |user |generated )*(?:questions|queries|answers?|output|response|results?)|${FINAL}|(?:生成的)?(?:问题|問題|查询)(?:列表)?|回答|答案|输出|结果`,
  'gimu',
);

/** What follows thoughts under a heading; the whole text if there are none; undefined if nothing follows them. */
function afterHeadedThoughts(text: string): string | undefined {
  const [firstLine = ''] = text.trimStart().split('\n', 1);
  if (!THOUGHT_HEADING.test(firstLine)) return text;
  const last = [...text.matchAll(ANSWER_HEADING)].at(-1);
  if (last) return text.slice(last.index + last[0].length);
  return SURELY_THOUGHTS.test(firstLine) ? undefined : text;
}

/** What follows labelled thoughts; the whole text if it begins with none; undefined if there is no end to them. */
function afterLabelledThoughts(text: string): string | undefined {
  const isLabelled = LABEL.test(text);
  const last =
    [...text.matchAll(FINAL_ANSWER)].at(-1) ?? (isLabelled ? [...text.matchAll(QUESTIONS_KEY)].at(-1) : null);
  if (last) return text.slice(last.index + last[0].length);
  return isLabelled ? undefined : text;
}
