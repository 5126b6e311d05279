import { Fault } from '../contracts/fault.ts';
import { sha256 } from '../primitives/hash.ts';

/**
 * Splits a key into path segments.
 * @throws Fault `input` if a segment could leave the store (`..`), could mean another key on some system (empty, `.`,
 *   backslash, control characters), or is longer than 255 bytes.
 */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  for (const segment of segments) {
    const unsafe = segment === '' || segment === '.' || segment === '..' || /[\p{Cc}\\]/u.test(segment);
    if (unsafe || Buffer.byteLength(segment) > 255) {
      throw new Fault(
        'input',
        `${JSON.stringify(key)} cannot be a key in the artifact store.`,
        'Use letters, digits, dots, dashes and single slashes.',
      );
    }
  }
  return segments;
}

/**
 * The key prefix of a run's published files: `runs/<workflow id>`. A workflow id may hold any characters. Letters (of
 * any script), digits, dots, dashes and underscores are kept, since they need no escaping in a path or URI; others
 * become dashes, with a hash appended so that different ids have different folders.
 */
export function runFolder(workflowId: string): string {
  const safe = workflowId
    .replace(/[^\p{L}\p{N}._-]/gu, '-')
    .replace(/^\.+/, '-')
    .slice(0, 60);
  return `runs/${safe === workflowId ? safe : `${safe}-${sha256(workflowId).slice(0, 8)}`}`;
}
