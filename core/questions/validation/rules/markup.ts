/** Lines of code: declarations, imports, calls, tags. */
const CODE: readonly RegExp[] = [
  /^(const|let|var)\s+\S+\s*=/,
  /^from\s+\S+\s+import\s/,
  /^(export|class|function|public|private|return|async|if|for|while)\b.*[;{]$/,
  /^return\s+[\w.]+\(.*\);?$/,
  /^def\s+\w+\(.*\):$/,
  /^[\w.]+\(["'].*\);?$/,
  /^<\/?(div|p|li|ul|ol|br|span|table|tr|td|th|h[1-6]|question)\b[^>]*>$/i,
  /^<\/[a-z][\w-]*>$/i,
  /^<(questions|queries|answers?|response|output|items?|list)\b[^>]*>$/i,
  /^<(tool_call|function|invoke|parameter|arg_(key|value))\b/i,
  /^\[\[?[\w.-]+\]\]?$/,
  /^[a-z_]\w*\s*=\s*["'].*["']$/i,
  /^<(?<tag>\w+)[^>]*>.*<\/\k<tag>>$/,
];
/** Fragments of JSON, of Python's and JavaScript's literals, of LaTeX and of tables. */
const FRAGMENT =
  /^\{\s*["'“‘]|^\{\s*\w+\s*:\s*["'“‘[{]|^[[(]\s*["'“‘{]\s*\S.*["'”’}]\s*[\])]$|^[a-z_]\w*\s*=\s*[[{]|^\[\s*["{]|^\$*\s*\\[a-z]+\s*\{|^"[\p{L}\p{N}_]+"\s*:\s*["[{]|^\\["n]|^\|.*\||\|.*\|$/u;
/** Several strings, or a box of LaTeX, within a candidate. */
const STRINGS = /["”]\s*[,，、]\s*["“].*["”]$|^\[\s*\[\s*["“]|\\boxed\s*\{[^{}]*\p{L}{4}/u;
const ADDRESS = /^[[(<]?\S*(https?:\/\/|www\.)\S+$|^\[[^\]]*\]\(\S+\)$|^\S+@\S+\.\w+$/u;

/** Whether a candidate is code, data or a link, and not a sentence or search terms. */
export function isMarkup(text: string): boolean {
  return CODE.some((pattern) => pattern.test(text)) || FRAGMENT.test(text) || STRINGS.test(text) || ADDRESS.test(text);
}
