import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ArtifactRef } from '../../contracts/artifact.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { doStep, type StepIdentity } from '../step.ts';
import { bytes, text } from '../store-contract.fixture.ts';
import { collectGarbage } from './collect.ts';

const DAY_MS = 86_400_000;
const Output = z.object({ ref: ArtifactRef });

interface AgedOptions {
  /** Called before each call of the collector, with its number. */
  beforeCall?(call: number): Promise<void>;
  /** Whether all that is in the trash went there now. */
  isTrashNew?: boolean;
}

/** The same store, in which everything was written `byMs` earlier, except for what tells the collector the time. */
function aged(
  store: ArtifactStore,
  byMs: number,
  { beforeCall = async () => {}, isTrashNew = false }: AgedOptions = {},
) {
  let calls = 0;
  const intercepted = <A extends unknown[], R>(method: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      await beforeCall(calls++);
      return method(...args);
    };
  };
  return {
    ...store,
    get: intercepted(store.get),
    hasObject: intercepted(store.hasObject),
    readPointer: intercepted(store.readPointer),
    remove: intercepted(store.remove),
    retireObject: intercepted(store.retireObject),
    async *list(prefix: string) {
      await beforeCall(calls++);
      for await (const entry of store.list(prefix)) {
        const isNew = prefix.startsWith('collections/') || (isTrashNew && prefix === 'trash/');
        const shift = isNew ? 0 : byMs;
        yield { ...entry, writtenAt: new Date(entry.writtenAt.getTime() - shift) };
      }
    },
  } satisfies ArtifactStore;
}

/** What a run does at one moment, and the references that it holds then. */
interface Deed {
  readonly name: string;
  act(store: ArtifactStore): Promise<ArtifactRef>;
}

const WEIGHTS = 'weights that a run needs';
const STEP: StepIdentity = { name: 'train', version: 1, inputs: {} };
const train = async (store: ArtifactStore) =>
  (await doStep(store, STEP, Output, async () => ({ ref: await store.putObject(bytes(WEIGHTS)) }))).output.ref;

const DEEDS: readonly Deed[] = [
  { name: 'reuses the step that made an object', act: train },
  { name: 'stores the bytes of an object again', act: (store) => store.putObject(bytes(WEIGHTS)) },
];

/**
 * Registers the tests of the collector that every store driver must pass: at each of its calls, somebody else comes in
 * between.
 * @param every Only at each n-th call, for a slow server. Default: 1.
 */
export function collectorContract(open: () => Promise<ArtifactStore>, { every = 1 } = {}): void {
  let store: ArtifactStore;
  beforeEach(async () => {
    store = await open();
  });

  const collect = (from: ArtifactStore, held: Iterable<ArtifactRef> = [], options = {}) =>
    collectGarbage(from, {
      olderThanMs: 30 * DAY_MS,
      graceMs: DAY_MS,
      apply: true,
      runs: {
        hashes: async () => new Set([...held].map(({ sha256 }) => sha256)),
        folders: async () => new Set<string>(),
      },
      ...options,
    });

  it('lists what nobody has used for long, and changes nothing', async () => {
    const ref = await train(store);
    const unreferenced = await store.putObject(bytes('nobody needs it'));
    await store.materialise(ref, 'runs/old/model/weights');
    const { garbage, applied, kept } = await collect(aged(store, 40 * DAY_MS), [], { apply: false });
    expect(applied).toBe(false);
    expect(garbage.map(({ kind }) => kind)).toEqual(['step', 'run', 'object', 'object']);
    expect(garbage.find(({ kind }) => kind === 'run')).toMatchObject({ key: 'runs/old', bytes: WEIGHTS.length });
    expect(kept).toEqual({ objects: 0, bytes: 0 });
    for (const one of [ref, unreferenced]) expect(await store.hasObject(one)).toBe(true);
    expect(text(await store.get('runs/old/model/weights'))).toBe(WEIGHTS);
    expect((await collect(store, [], { apply: false })).garbage).toEqual([]);
  });

  it('keeps a release with all it leads to, and deletes the rest after its time in the trash', async () => {
    const weights = await train(store);
    const record = await store.putObject(bytes(JSON.stringify({ model: [{ path: 'w', ref: weights }] })));
    await store.swapPointer('models/handbook', undefined, bytes(JSON.stringify({ versions: [{ record }] })));
    const useless = await store.putObject(bytes('nobody needs it'));
    await collect(aged(store, 40 * DAY_MS));
    const second = await collect(aged(store, 41 * DAY_MS));
    expect(second.garbage).toMatchObject([{ kind: 'trash', bytes: 15 }]);
    expect(second.freedBytes).toBe(15);
    expect(await store.hasObject(useless)).toBe(false);
    expect(text(await store.readObject(weights))).toBe(WEIGHTS);
    expect(await keys(store)).toEqual([]);
  });

  it('keeps what a paused run of any age refers to', async () => {
    const ref = await train(store);
    await collect(aged(store, 400 * DAY_MS), [ref]);
    await collect(aged(store, 402 * DAY_MS), [ref]);
    expect(text(await store.readObject(ref))).toBe(WEIGHTS);
  });

  it('keeps an object that somebody has put back from the trash', async () => {
    const ref = await train(store);
    await collect(aged(store, 40 * DAY_MS));
    expect(await store.hasObject(ref)).toBe(true);
    const used = await train(store);
    await collect(aged(store, 2 * DAY_MS), [used]);
    expect(text(await store.readObject(ref))).toBe(WEIGHTS);
  });

  describe.each(DEEDS)('a run that $name', ({ act }) => {
    it('loses nothing, whenever that is during a collection, nor by the one after', async () => {
      let calls = 1;
      for (let moment = 0; moment < calls; moment += every) {
        store = await open();
        await train(store);
        const held: ArtifactRef[] = [];
        calls = await interrupted(store, moment, async () => void held.push(await act(store)));
        await collect(aged(store, 2 * DAY_MS), held);
        await collect(aged(store, 4 * DAY_MS), held);
        expect(held.length, `moment ${moment} of ${calls}`).toBe(1);
        for (const ref of held) expect(text(await store.readObject(ref)), `moment ${moment}`).toBe(WEIGHTS);
      }
      expect(calls).toBeGreaterThan(10);
    });

    it('loses nothing while two collectors are at work', async () => {
      let calls = 1;
      for (let moment = 0; moment < calls; moment += every) {
        store = await open();
        await train(store);
        const held: ArtifactRef[] = [];
        calls = await interrupted(store, moment, async () => {
          await interrupted(store, moment, async () => void held.push(await act(store)));
        });
        // What the run refers to is read by one of them only after the other has emptied the trash.
        await collect(
          aged(store, 2 * DAY_MS, {
            beforeCall: async (call) => void (call === moment && (await collect(aged(store, 2 * DAY_MS), held))),
          }),
          held,
        );
        for (const ref of held) expect(text(await store.readObject(ref)), `moment ${moment}`).toBe(WEIGHTS);
      }
    });
  });

  /** A collection of a store that nobody has used for long, during which something else happens. @returns its calls */
  async function interrupted(from: ArtifactStore, moment: number, deed: () => Promise<void>): Promise<number> {
    let calls = 0;
    await collect(
      aged(from, 40 * DAY_MS, {
        isTrashNew: true,
        async beforeCall(call) {
          calls = Math.max(calls, call + 1);
          if (call === moment) await deed();
        },
      }),
    );
    return calls;
  }
}

async function keys(store: ArtifactStore): Promise<string[]> {
  const found: string[] = [];
  for (const prefix of ['steps/', 'trash/', 'collections/'])
    for await (const { key } of store.list(prefix)) found.push(key);
  return found;
}
