export type Redact = (text: string) => string;

/** Shorter keys are placeholders for local servers (`ollama`, `EMPTY`): not secret, and parts of ordinary words. */
const MIN_SECRET_LENGTH = 12;

/**
 * Replaces a key in any text by `[key]`, in every form in which a server may echo it: plain, percent-encoded, base64,
 * JSON-escaped, hexadecimal.
 */
export function redactor(key: string): Redact {
  if (key.length < MIN_SECRET_LENGTH) return (text) => text;
  const base64 = Buffer.from(key).toString('base64');
  const forms = [
    key,
    encodeURIComponent(key),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(key).toString('base64url'),
    JSON.stringify(key).slice(1, -1),
    Buffer.from(key).toString('hex'),
  ];
  const longestFirst = [...new Set(forms)].filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, form) => clean.replaceAll(form, '[key]'), text);
}
