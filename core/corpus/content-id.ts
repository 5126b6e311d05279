import { createHash } from 'node:crypto';

/** First 16 hex digits of the SHA-256 of bytes, or of a text's UTF-8. */
export function contentId(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
