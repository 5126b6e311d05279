import { Fault } from '../contracts/fault.ts';
import { sha256 } from '../primitives/hash.ts';

/** Splits a key into path segments, refusing anything that could leave the store or mean another key on some system. */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  for (const segment of segments) {
    const hostile = segment === '' || segment === '.' || segment === '..' || /[\p{Cc}\\]/u.test(segment);
    if (hostile || Buffer.byteLength(segment) > 255) {
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
 * The key prefix of what a run shows people. Workflow ids may hold anything; this keeps letters (of any script), digits,
 * dots and dashes, which need no escaping in a path or URI, and tells ids apart that would become the same.
 */
export function runFolder(workflowId: string): string {
  const plain = workflowId
    .replace(/[^\p{L}\p{N}._-]/gu, '-')
    .replace(/^\.+/, '-')
    .slice(0, 60);
  return `runs/${plain === workflowId ? plain : `${plain}-${sha256(workflowId).slice(0, 8)}`}`;
}
