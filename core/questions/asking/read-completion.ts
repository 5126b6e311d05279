/** The text of an answer (`cut` where the token limit ended it), or why it has none. */
export type Completion = { text: string; cut?: true } | { failure: string };

/** Reads the first choice of a raw `chat.completion` object. Never throws. */
export function readCompletion(body: unknown): Completion {
  const choice = (body as { choices?: Record<string, unknown>[] } | null)?.choices?.[0];
  const message = choice?.message as Record<string, unknown> | undefined;
  if (choice?.finish_reason === 'content_filter') return { failure: 'the content filter withheld the answer' };
  if (typeof message?.refusal === 'string' && message.refusal) return { failure: 'the model refused to answer' };
  const text = plainText(message?.content);
  const cut = choice?.finish_reason === 'length';
  if (text.trim() !== '') return cut ? { text, cut } : { text };
  return { failure: cut ? 'the answer reached the token limit before its first word' : 'the answer was empty' };
}

/** Content is a string, or a list of parts of which some are text. */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}
