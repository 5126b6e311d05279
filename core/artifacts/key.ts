import { Fault } from '../contracts/fault.ts';
import { sha256 } from './digest.ts';

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

/** The key prefix of what a run shows people. Workflow ids may hold anything; a key may not. */
export function runFolder(workflowId: string): string {
  const safe = encodeURIComponent(workflowId).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'));
  return `runs/${safe.length > 200 ? sha256(workflowId) : safe}`;
}
