import { basename, extname } from 'node:path';
import type { RetrainInput } from '../core/contracts/retrain.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { canonicalJson, sha256 } from '../core/primitives/hash.ts';

/**
 * The id of a run: its name and eight hex digits of a hash of its input. Equal requests have equal ids, so that the
 * same request attaches to a running run instead of starting a second one. Letters of every script are kept.
 */
export function runId(input: RunInput): string {
  return `${slug(nameOf(input))}-${requestHash(input).slice(0, 8)}`;
}

/** The id of a retraining that is not started by a schedule. */
export function retrainId(input: RetrainInput): string {
  return `${slug(nameOf(input))}-retrain-${requestHash(input).slice(0, 8)}`;
}

/** SHA-256 of the input with its defaults, as canonical JSON. */
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

/** The last part of a path that is not a glob pattern. */
function folderName(location: string): string {
  const parts = location.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && !/[*?[{]/.test(part));
  const last = parts.at(-1) ?? 'run';
  return basename(last, extname(last));
}
