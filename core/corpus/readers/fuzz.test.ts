import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../contracts/corpus.ts';
import { seeded } from '../../primitives/random.ts';
import { Unreadable } from './document-content.ts';
import { makeZip } from './fixtures/zip.ts';
import { openZip } from './open-zip.ts';
import { parseDocument } from './parse-document.ts';

/** Mutated inputs of each format; `HONE_FUZZ=1000` for a long run. */
const RUNS = Number(process.env.HONE_FUZZ ?? 10);
const FOLDERS = ['cases', 'formats'].map((folder) => join(import.meta.dirname, 'fixtures', folder));

const byFormat = Map.groupBy(
  FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).filter(
    (file) => !file.endsWith('.pdf'),
  ),
  (file) => extname(file),
);

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** Changes bytes, cuts a part out, repeats it, moves it, or ends the file early. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  const source = Buffer.from(bytes);
  const start = below(random, source.length);
  const part = source.subarray(start, start + 1 + below(random, Math.min(400, source.length)));
  switch (below(random, 6)) {
    case 0: {
      for (let i = 0; i < 8; i += 1) source[below(random, source.length)] = below(random, 256);
      return source;
    }
    case 1:
      return Buffer.concat([source.subarray(0, start), source.subarray(start + part.length)]);
    case 2:
      return Buffer.concat([
        source.subarray(0, start),
        ...Array.from({ length: 1 + below(random, 40) }, () => part),
        source.subarray(start),
      ]);
    case 3: {
      const to = below(random, source.length);
      return Buffer.concat([source.subarray(0, to), part, source.subarray(to)]);
    }
    case 4:
      return source.subarray(0, start);
    default:
      return Buffer.from(source.toString('latin1').replaceAll(String.fromCharCode(source[start] ?? 60), ''), 'latin1');
  }
}

/** Mutates a file; of an archive, mostly a file in it, since a damaged archive is not read at all. */
function mutatedFile(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || random() < 0.1) return mutated(mutated(bytes, random), random);
  const zip = openZip(bytes);
  const names = zip.names.filter((name) => !name.endsWith('/'));
  const chosen = names[below(random, names.length)];
  return makeZip(
    names.map((name) => {
      const content = zip.read(name) ?? new Uint8Array();
      return { name, content: name === chosen ? mutated(mutated(content, random), random) : content };
    }),
  );
}

function check(document: Document): void {
  const text = document.sections.map((section) => [...section.headings, section.text].join('\n')).join('\n');
  expect(text.isWellFormed()).toBe(true);
  if (text.includes('\ufffd'))
    expect(document.reading.doubts.map(({ kind }) => kind)).toContain('replacement-characters');
  for (const section of document.sections) {
    const lines = section.text.split('\n').length;
    for (const table of section.tables ?? []) {
      expect(table.line + table.rows).toBeLessThanOrEqual(lines);
      expect(table.headerRows).toBeLessThan(Math.max(2, table.rows + 1));
    }
  }
}

describe('mutated files give a document or a reason', () => {
  test.each([...byFormat])('%s', { timeout: 60_000 + 200 * RUNS }, async (format, files) => {
    for (let run = 0; run < RUNS; run += 1) {
      const random = seeded(format.length, format.charCodeAt(1), format.charCodeAt(2), run);
      const file = files[below(random, files.length)] as string;
      const bytes = mutatedFile(readFileSync(file), random);
      const outcome = await parseDocument(bytes, `a${format}`).catch((error: unknown) => error);
      if (outcome instanceof Error)
        expect(outcome, `run ${run} of ${file}: ${outcome.stack}`).toBeInstanceOf(Unreadable);
      else check(outcome as Document);
    }
  });
});
