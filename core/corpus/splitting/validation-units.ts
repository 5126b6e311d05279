import { createHash } from 'node:crypto';

/**
 * Chooses which units (documents or groups of documents) are validation units: those whose hash is below `share`, so
 * that the choice does not depend on other units and stays the same as the corpus grows.
 *
 * In a small corpus the hashes can be distributed unevenly. The units whose hashes are nearest to `share` are then
 * moved, until the number of validation units is between half and one and a half times the requested number, and at
 * least one unit is left for training.
 * @param names two or more; a name identifies a unit and must never change.
 * @param share share of validation units, 0 to 1.
 */
export function validationUnits(names: readonly string[], share: number): Set<string> {
  const ordered = [...new Set(names)]
    .map((name) => ({ name, hash: unitHash(name) }))
    .sort((a, b) => a.hash - b.hash || (a.name < b.name ? -1 : 1));
  const most = ordered.length - 1;
  const requested = ordered.length * share;
  const low = Math.min(most, Math.max(1, Math.floor(requested / 2)));
  const high = Math.max(low, Math.min(most, Math.ceil(requested * 1.5)));
  const below = ordered.filter(({ hash }) => hash < share).length;
  return new Set(ordered.slice(0, Math.min(high, Math.max(low, below))).map(({ name }) => name));
}

/** A hash of the name in [0, 1). */
function unitHash(name: string): number {
  return createHash('sha256').update(`split\0${name}`).digest().readUInt32BE(0) / 2 ** 32;
}
