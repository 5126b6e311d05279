import { createHash } from 'node:crypto';

/**
 * Which of the units (documents, each named by a text that never changes) are judged by: those whose hash falls below
 * the share, so that a unit's side does not depend on the others and stays as the corpus grows. A small corpus can fall
 * unevenly that way; then the units nearest to the line change sides until the count is within half the share asked for
 * and one and a half times it, with at least one unit on each side. `names` must have two members or more.
 */
export function validationUnits(names: readonly string[], share: number): Set<string> {
  const ordered = [...new Set(names)]
    .map((name) => ({ name, position: position(name) }))
    .sort((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1));
  const most = ordered.length - 1;
  const asked = ordered.length * share;
  const low = Math.min(most, Math.max(1, Math.floor(asked / 2)));
  const high = Math.max(low, Math.min(most, Math.ceil(asked * 1.5)));
  const below = ordered.filter((unit) => unit.position < share).length;
  return new Set(ordered.slice(0, Math.min(high, Math.max(low, below))).map((unit) => unit.name));
}

/** A place in [0, 1) that only the name decides. */
function position(name: string): number {
  return createHash('sha256').update(`split\0${name}`).digest().readUInt32BE(0) / 2 ** 32;
}
