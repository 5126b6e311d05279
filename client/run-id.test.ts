import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../core/contracts/run-input.ts';
import { parseRunInput } from '../core/run/parse-input.ts';
import { runId, slug } from './run-id.ts';

const id = (request: RunRequest) => runId(parseRunInput(request));

describe('the id of a run', () => {
  it('starts with the published name, else the title, else the folder', () => {
    expect(id({ documents: ['/srv/Docs'], publish: { name: 'Handbook' }, title: 'x' })).toMatch(
      /^handbook-[0-9a-f]{8}$/,
    );
    expect(id({ documents: ['/srv/Docs'], title: 'Our Wiki, 2026' })).toMatch(/^our-wiki-2026-[0-9a-f]{8}$/);
    expect(id({ documents: ['/srv/Docs/'] })).toMatch(/^docs-[0-9a-f]{8}$/);
    expect(id({ documents: ['/srv/wiki/**/*.md'] })).toMatch(/^wiki-[0-9a-f]{8}$/);
    expect(id({ documents: ['s3://acme-docs/handbook/'] })).toMatch(/^handbook-[0-9a-f]{8}$/);
    expect(id({ dataset: { train: '/d/sec.train.json', validation: '/d/sec.val.json' } })).toMatch(/^sec-train-/);
  });

  it('keeps Chinese names', () => {
    expect(id({ documents: ['/资料/员工手册'] })).toMatch(/^员工手册-[0-9a-f]{8}$/);
  });

  it('does not depend on the order of fields or on explicit defaults', () => {
    const short = id({ documents: ['/a'], training: { seed: 1, epochs: 3 } });
    const long = id({ training: { epochs: 3, seed: 1, batchSize: 10 }, documents: ['/a'], questions: { perChunk: 2 } });
    expect(long).toBe(short);
  });

  it('differs if anything in the request differs', () => {
    const ids = [
      id({ documents: ['/a'] }),
      id({ documents: ['/a'], training: { seed: 43 } }),
      id({ documents: ['/a', '/b'] }),
      id({ documents: ['/a'], model: '/models/mine' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('can be pasted into a shell, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const slugged = slug(name);
        expect(slugged).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
        expect([...slugged].length).toBeLessThanOrEqual(40);
      }),
    );
  });
});
