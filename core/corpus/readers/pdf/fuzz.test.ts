import { readdir, readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { sha256 } from '../../../primitives/hash.ts';
import { seeded } from '../../../primitives/random.ts';
import { mutate } from '../fixtures/mutate.ts';
import { DocumentReader } from '../read-document.ts';

/** 1,000 take some minutes. */
const INPUTS = Number(process.env.HONE_FUZZ_INPUTS || 40);
const SEED = Number(process.env.HONE_FUZZ_SEED || 1);
const FOLDER = new URL('./fixtures/', import.meta.url);
const LIMITS = { seconds: 20, megabytes: 700 };

/** Reasons to skip a file that say what is wrong with it. */
const REASONS = [
  /^a damaged PDF \(/,
  /^no readable text/,
  /^no text in it$/,
  /^encrypted: it needs a password$/,
  /^named \.pdf but holds /,
  /^(?:empty|binary) /,
  /^takes more than 20 seconds to be read$/,
  /^needs more than 700 MB of memory to be read$/,
];

const reader = new DocumentReader(LIMITS);
afterAll(() => reader.close());

test(`${INPUTS} damaged PDFs are read or named, and what is not certain is said`, {
  timeout: 60_000 + INPUTS * 20_000,
}, async () => {
  const names = (await readdir(FOLDER)).sort();
  const files = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER))));
  let read = 0;
  for (let i = 0; i < INPUTS; i += 1) {
    const bytes = mutate(files[i % files.length] ?? new Uint8Array(), seeded(SEED, i));
    const file = { path: `${i}.pdf`, file: '', bytes: bytes.length, sha256: sha256(bytes), read: async () => bytes };
    const outcome = await reader.read(file);
    if ('reason' in outcome) {
      expect(
        REASONS.some((reason) => reason.test(outcome.reason)) || outcome.reason,
        `input ${i} of seed ${SEED}`,
      ).toBe(true);
      continue;
    }
    read += 1;
    const { sections, reading } = outcome.document;
    const text = sections.flatMap((section) => [...section.headings, section.text]).join('\n');
    const doubts = reading.doubts.map(({ kind }) => kind);
    expect(text.includes('\ufffd') && !doubts.includes('replacement-characters'), `input ${i} of seed ${SEED}`).toBe(
      false,
    );
  }
  expect(read).toBeGreaterThan(INPUTS / 4);
});
