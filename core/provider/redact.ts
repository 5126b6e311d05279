export type Redact = (text: string) => string;

/** Shorter keys are the dummies of local servers (`ollama`, `EMPTY`): no secrets, and parts of ordinary words. */
const SHORTEST_SECRET = 12;

/**
 * Strikes a key out of any text, whatever form a server echoes it in: plain, percent-encoded, base64 (alone or as basic
 * credentials), JSON-escaped.
 */
export function redactor(key: string): Redact {
  if (key.length < SHORTEST_SECRET) return (text) => text;
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
