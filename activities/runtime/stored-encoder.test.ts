import { expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import type { EmbedOptions } from '../../core/contracts/model.ts';
import { type ClosableEncoder, storedEncoder } from './stored-encoder.ts';

const temporary = temporaryStore();

/** Texts of so many different lengths that they make several parts. */
const TEXTS = Array.from({ length: 1500 }, (_, i) => `passage ${i} ${'about pumps '.repeat(i % 7)}`);

/** As real ones: the last bits of a vector depend on what it is computed together with. Dies after some texts. */
function model({ diesAfter = Number.POSITIVE_INFINITY } = {}) {
  const embedded: string[] = [];
  let opened = 0;
  const open = async (): Promise<ClosableEncoder> => {
    opened += 1;
    return {
      dimension: 2,
      async embed(texts, { as, onProgress }: EmbedOptions = {}) {
        if (embedded.length + texts.length > diesAfter) throw new Error('killed');
        embedded.push(...texts);
        onProgress?.(texts.length);
        return texts.map((text) => {
          const angle = text.length + (as === 'query' ? 1 : 0) + texts.length / 1e6;
          return Float32Array.of(Math.cos(angle), Math.sin(angle));
        });
      },
      close: async () => {},
    };
  };
  return { open, embedded, opened: () => opened };
}

const embed = async (open: () => Promise<ClosableEncoder>, texts: readonly string[], space = 'space', as?: 'query') => {
  const encoder = await storedEncoder(temporary.store, space, open);
  return encoder.embed(texts, as && { as }).finally(() => encoder.close());
};

it('loses one part to a kill, and ends with the vectors of an undisturbed model', async () => {
  const undisturbed = await embed(model().open, TEXTS, 'another space');
  const killed = model({ diesAfter: 1200 });
  await expect(embed(killed.open, TEXTS)).rejects.toThrow('killed');
  expect(killed.embedded.length).toBe(1024);
  const next = model();
  expect(await embed(next.open, TEXTS)).toEqual(undisturbed);
  expect(next.embedded.length).toBe(TEXTS.length - 1024);
});

it('embeds only what is new, each text once, and starts no process if nothing is', async () => {
  const first = await embed(model().open, TEXTS.slice(0, 700));
  const second = model();
  const all = await embed(second.open, [...TEXTS.slice(0, 710), ...TEXTS.slice(0, 710)]);
  expect(second.embedded.toSorted()).toEqual(TEXTS.slice(700, 710).toSorted());
  expect(all.slice(0, 700)).toEqual(first);
  expect(all.slice(710)).toEqual(all.slice(0, 710));
  const third = model();
  expect(await embed(third.open, TEXTS.slice(0, 710))).toEqual(all.slice(0, 710));
  expect(third.opened()).toBe(0);
});

it('tells models, and queries and passages, apart', async () => {
  const [passage] = await embed(model().open, ['pumps']);
  const [query] = await embed(model().open, ['pumps'], 'space', 'query');
  expect(query).not.toEqual(passage);
  const other = model();
  await embed(other.open, ['pumps'], 'another space');
  expect(other.embedded).toEqual(['pumps']);
});

it('says how far it is, from the vectors that are there on', async () => {
  await embed(model().open, TEXTS.slice(0, 600));
  const seen: number[] = [];
  const encoder = await storedEncoder(temporary.store, 'space', model().open);
  await encoder.embed(TEXTS.slice(0, 900), { onProgress: (done) => seen.push(done) });
  expect(seen[0]).toBeGreaterThan(600);
  expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  expect(seen.at(-1)).toBe(900);
});

it('embeds again what was lost or is corrupt in the store', async () => {
  const before = await embed(model().open, TEXTS);
  const entries = [];
  for await (const entry of temporary.store.list('vectors/')) entries.push(entry);
  const [lost, corrupt] = entries.filter(({ key }) => key.endsWith('/values'));
  for (const entry of [lost, corrupt]) if (entry) await temporary.store.remove(entry);
  await temporary.store.putIfAbsent(corrupt?.key ?? '', Buffer.from('other bytes'));
  const next = model();
  expect(await embed(next.open, TEXTS)).toEqual(before);
  // Two numbers of four bytes for each text.
  expect(next.embedded.length).toBe(((lost?.bytes ?? 0) + (corrupt?.bytes ?? 0)) / 8);
  const third = model();
  expect(await embed(third.open, TEXTS)).toEqual(before);
  expect(third.embedded).toEqual([]);
});

it('keeps no vectors of a model that has diverged', async () => {
  const diverged: ClosableEncoder = {
    dimension: 2,
    embed: async (texts) => texts.map(() => Float32Array.of(Number.NaN, 1)),
    close: async () => {},
  };
  await embed(async () => diverged, ['pumps']);
  const next = model();
  await embed(next.open, ['pumps']);
  expect(next.embedded).toEqual(['pumps']);
});
