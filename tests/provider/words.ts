const STOP = new Set(
  (
    'the and for with that this are was were from you not have has had its their they which will would can may our your ' +
    'of to in is it on as by be or an at we if so do such than then when where what how why who these those there here ' +
    'into also any all more most other some only over under about between after before during each both per his her ' +
    '的 了 和 是 在 与 或 及 等 也 都 就 而 被 把 对 从 到 为 以 这 那 这个 那个 我们 你 你们 它 它们 他们 可以 会 将 一个 一些 如果 因为 所以 但是 但 还 并 并且 不 没有 有 使用 需要'
  ).split(' '),
);
const WORDS = new Intl.Segmenter('zh', { granularity: 'word' });

/** Lower-case words without stop words and very short words, in order; English and Chinese. */
export function contentWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of WORDS.segment(text)) {
    const word = segment.toLowerCase();
    const minLength = /\p{Script=Han}/u.test(word) ? 2 : 3;
    if (isWordLike && word.length >= minLength && !STOP.has(word)) words.push(word);
  }
  return words;
}

/** The approximate number of tokens of a text. */
export function tokensInWords(text: string): number {
  let tokens = 0;
  for (const { isWordLike, segment } of WORDS.segment(text)) {
    if (isWordLike) tokens += Math.max(1, Math.ceil(segment.length / 6));
    else if (segment.trim() !== '') tokens++;
  }
  return tokens;
}
