import { answerText } from '../validation/answer-text.ts';

/** The text of an answer (`cut` where the token limit ended it), or why it has none. */
export type Completion = { text: string; cut?: true } | { failure: string };

type Fields = Record<string, unknown>;

/** Where servers put a model's thoughts: DeepSeek, Qwen and vLLM; OpenRouter and newer vLLM; Ollama. */
const THOUGHT_FIELDS = ['reasoning_content', 'reasoning', 'thinking'];

const FILTERED = new Set(['content_filter', 'safety', 'sensitive', 'prohibited_content']);
const CUT = new Set(['length', 'max_tokens', 'model_length']);

/**
 * Reads the first choice of a raw `chat.completion` object: the text that answers, without the model's thoughts. Never
 * throws.
 */
export function readCompletion(body: unknown): Completion {
  const choice = (body as { choices?: Fields[] } | null)?.choices?.[0];
  const message = choice?.message as Fields | undefined;
  const finish = String(choice?.finish_reason ?? '').toLowerCase();
  if (FILTERED.has(finish)) return { failure: 'the content filter withheld the answer' };
  if (typeof message?.refusal === 'string' && message.refusal) return { failure: 'the model refused to answer' };
  const cut = CUT.has(finish);
  const thoughts = thoughtsIn(message);
  const written = withoutPrefix(plainText(message?.content ?? choice?.text), thoughts) || toolArguments(message);
  if (written.trim() === '') {
    if (thoughts !== '') return { failure: cut ? CUT_WITHIN_THOUGHTS : 'the model sent its thoughts and no answer' };
    return { failure: cut ? 'the answer reached the token limit before its first word' : 'the answer was empty' };
  }
  const answer = answerText(written);
  if ('failure' in answer) return cut ? { failure: CUT_WITHIN_THOUGHTS } : answer;
  return cut ? { ...answer, cut } : answer;
}

const CUT_WITHIN_THOUGHTS = 'the answer reached the token limit within the model’s thoughts';

/** Content is a string, or a list of parts of which some are text, and some thoughts (Mistral, Anthropic). */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter((part) => !/think|thought|reason/i.test(String(part?.type)) && part?.thought !== true)
    .map((part) => (typeof part?.text === 'string' ? part.text : ''))
    .join('');
}

function thoughtsIn(message: Fields | undefined): string {
  const found = THOUGHT_FIELDS.map((field) => message?.[field]).find((value) => typeof value === 'string' && value);
  return String(found ?? '').trim();
}

/** Some gateways send the thoughts twice: by themselves, and in front of the answer. */
function withoutPrefix(text: string, thoughts: string): string {
  const start = text.trimStart();
  return thoughts !== '' && start.startsWith(thoughts) ? start.slice(thoughts.length) : text;
}

/** The arguments of a lone tool call: some servers ask the model for a schema in this way. */
function toolArguments(message: Fields | undefined): string {
  const calls = Array.isArray(message?.tool_calls) ? (message.tool_calls as { function?: Fields }[]) : [];
  const called = (calls.length === 1 ? calls[0]?.function : message?.function_call) as Fields | null | undefined;
  const given = called?.arguments;
  if (typeof given === 'string') return given;
  return typeof given === 'object' && given !== null ? JSON.stringify(given) : '';
}
