import { createHash } from 'node:crypto';
import { questionsFor, shapeAnswer } from './answer.ts';
import { type Call, CHAT } from './call.ts';
import type { TokenCounter } from './count-tokens.ts';
import type { Injected } from './injected.ts';
import type { ProviderOptions } from './options.ts';
import type { Stats } from './stats.ts';
import { contentWords } from './words.ts';

/**
 * Answers a call and bills it.
 * @param share Factor of the price: 0.5 in a batch.
 * @returns the response body, and the tokens of the completion (0 for embeddings).
 */
export function answer(
  call: Call,
  fault: Injected | undefined,
  options: ProviderOptions,
  { stats, counter }: { stats: Stats; counter: TokenCounter },
  share = 1,
): { body: unknown; completionTokens: number } {
  if (call.path !== CHAT) return { body: embed(call, options, stats, share), completionTokens: 0 };
  const message = messageOf(call, fault, options);
  const completionTokens = counter.text(message.content ?? message.refusal ?? '');
  const used = { promptTokens: call.tokens, completionTokens };
  stats.billChat(call.prompt, call.model, call.messages, used, share);
  const body = {
    id: `chatcmpl-${stats.chats}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: call.model,
    choices: [{ index: 0, message, finish_reason: fault?.do === 'filter-answer' ? 'content_filter' : 'stop' }],
    ...(options.usage !== false && {
      usage: {
        prompt_tokens: call.tokens,
        completion_tokens: completionTokens,
        total_tokens: call.tokens + completionTokens,
      },
    }),
  };
  return { body, completionTokens };
}

function messageOf(call: Call, fault: Injected | undefined, options: ProviderOptions) {
  const say = (content: string | null, refusal: string | null = null) => ({ role: 'assistant', content, refusal });
  if (fault?.do === 'filter-answer') return say('');
  if (fault?.do === 'refuse') return say(null, 'I’m sorry, I can’t help with that.');
  if (fault?.do === 'say') return say(fault.text);
  // A second request repeats the whole conversation; its first message has the passage.
  const questions = questionsFor(call.first);
  if (fault?.do === 'shape') return say(shapeAnswer(questions, fault.shape));
  return say(call.structured ? JSON.stringify({ questions }) : shapeAnswer(questions, options.shape ?? 'numbered'));
}

function embed({ model, inputs, tokens }: Call, { dimension = 256 }: ProviderOptions, stats: Stats, share: number) {
  stats.billEmbeddings(model, inputs.length, tokens, share);
  const data = inputs.map((input, index) => ({ object: 'embedding', index, embedding: bagOfWords(input, dimension) }));
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** A hashed bag of words, not normalised: texts that share words have a high cosine similarity. */
function bagOfWords(text: string, dimension: number): number[] {
  const vector = new Array<number>(dimension).fill(0);
  for (const word of contentWords(text)) {
    const hash = createHash('sha256').update(word).digest();
    const index = hash.readUInt32LE(0) % dimension;
    vector[index] = (vector[index] as number) + (hash.readUInt8(4) & 1 ? 1 : -1);
  }
  // A text without words must not give the zero vector, which has no direction.
  vector[0] = (vector[0] as number) + 0.1;
  return vector;
}
