import { basename, extname } from 'node:path';
import type { RetrainInput } from '../core/contracts/retrain.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { canonicalJson, sha256 } from '../core/primitives/hash.ts';

/**
 * The id of a run: what it is called, and eight hex digits of what it asks for. Equal requests have equal ids, so that
 * asking again attaches to a run instead of doubling it. Letters of every script stay as they are.
 */
export function runId(input: RunInput): string {
  return `${slug(nameOf(input))}-${requestHash(input).slice(0, 8)}`;
}

/** The same of a retraining by hand. */
export function retrainId(input: RetrainInput): string {
  return `${slug(nameOf(input))}-retrain-${requestHash(input).slice(0, 8)}`;
}

/** Hash of everything a run asks for, defaults filled in. */
export function requestHash(input: RunInput | RetrainInput): string {
  return sha256(canonicalJson(input));
}

/** Lower-case letters and digits of any script, joined by single dashes; at most 40 characters. */
export function slug(name: string): string {
  const words = name
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return [...(words ?? ['run']).join('-')].slice(0, 40).join('').replace(/-+$/, '');
}

function nameOf({ publish, title, documents, dataset }: RunInput): string {
  return publish.name ?? title ?? folderName(documents?.[0] ?? dataset?.train ?? '');
}

/** The last part of a path that is no glob pattern. */
function folderName(location: string): string {
  const parts = location.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && !/[*?[{]/.test(part));
  const last = parts.at(-1) ?? 'run';
  return basename(last, extname(last));
}
