export type Redact = (text: string) => string;

/** Shorter keys are placeholders for local servers (`ollama`, `EMPTY`): not secret, and parts of ordinary words. */
const MIN_SECRET_LENGTH = 12;

/**
 * Replaces secrets in any text by `[key]`, in every form in which a server may echo them: plain, percent-encoded,
 * base64, JSON-escaped, hexadecimal. Of a header such as `Bearer …`, each word is a secret by itself.
 */
export function redactor(secrets: readonly string[]): Redact {
  const words = secrets.flatMap((secret) => [secret, ...secret.split(/\s+/)]);
  const forms = words.filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(formsOf);
  const longestFirst = [...new Set(forms)].filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, form) => clean.replaceAll(form, '[key]'), text);
}

function formsOf(key: string): string[] {
  const base64 = Buffer.from(key).toString('base64');
  return [
    key,
    encodeURIComponent(key),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(key).toString('base64url'),
    JSON.stringify(key).slice(1, -1),
    Buffer.from(key).toString('hex'),
  ];
}
