import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import type { Release } from '../../core/contracts/release.ts';
import { promote } from '../../core/release/promote.ts';
import { releaseRecordOf } from '../../core/release/release-record.fixture.ts';
import type { LoadedModel } from './loaded-model.ts';
import { ServedModels } from './served-models.ts';

const temporary = temporaryStore();

const publish = (name: string, sha256 = name) =>
  promote(temporary.store, name, releaseRecordOf(sha256), { reason: 'better', requestId: sha256 });

/** Models that take a moment to be loaded, and what is loaded of them. */
class Models {
  readonly loads: string[] = [];
  open = 0;
  mostOpen = 0;

  async load({ model, version }: Release): Promise<LoadedModel> {
    this.loads.push(model.sha256);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    await setTimeout(5);
    let isOpen = true;
    return {
      version,
      dimension: 1,
      embed: async (texts) => {
        if (!isOpen) throw new Error(`${model.sha256} is closed`);
        await setTimeout(1);
        return { embeddings: texts.map(() => Float32Array.of(version)), tokens: texts.length };
      },
      close: async () => {
        isOpen = false;
        this.open--;
      },
    };
  }
}

let served: ServedModels;
afterEach(() => served.close());
function serve(maxModels: number): Models {
  const models = new Models();
  const load = (release: Release) => models.load(release);
  served = new ServedModels({
    tenant: 'default',
    store: temporary.store,
    load,
    maxModels,
    refreshMs: 1e6,
    say: () => {},
    measure: () => {},
  });
  return models;
}
const embed = (id: string) => served.embed(id, ['text'], undefined);

it('loads a model once, however many ask for it at the same time', async () => {
  await publish('handbook');
  const models = serve(2);
  await Promise.all(Array.from({ length: 20 }, () => embed('handbook')));
  expect(models.loads).toEqual(['handbook']);
});

it('answers all who ask for more models than fit, at the same time', async () => {
  for (const name of ['a', 'b', 'c']) await publish(name);
  const models = serve(1);
  await Promise.all(['a', 'b', 'c', 'a', 'b', 'c'].map(embed));
  // None is loaded again for a request that waited for it.
  expect(models.loads.toSorted()).toEqual(['a', 'b', 'c']);
  expect(models.mostOpen).toBe(1);
});

it('closes the model that was not used for the longest time to make room', async () => {
  for (const name of ['a', 'b', 'c']) await publish(name);
  const models = serve(2);
  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await embed(id);
  expect(models.loads).toEqual(['a', 'b', 'c', 'b']);
});

it('makes room also after a model that could not be loaded', async () => {
  await publish('a');
  const models = serve(1);
  models.load = async () => {
    throw new Error('a file is missing');
  };
  await expect(embed('a')).rejects.toThrow('a file is missing');
  await publish('b');
  Reflect.deleteProperty(models, 'load');
  expect((await embed('b')).version).toBe(1);
  expect((await embed('a')).version).toBe(1);
});

it('follows promotions, while name@version stays', async () => {
  await publish('handbook', 'one');
  serve(2);
  await Promise.all([embed('handbook'), embed('handbook@1')]);
  await publish('handbook', 'two');
  await served.refresh();
  expect((await embed('handbook')).embeddings).toEqual([Float32Array.of(2)]);
  expect((await embed('handbook@1')).embeddings).toEqual([Float32Array.of(1)]);
});
