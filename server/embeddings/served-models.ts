import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { Measure } from '../../core/contracts/metrics.ts';
import type { EmbedOptions } from '../../core/contracts/model.ts';
import type { NamedRelease } from '../../core/contracts/release.ts';
import { listModels } from '../../core/release/list-models.ts';
import { noSuchName, readRegistry, readRelease } from '../../core/release/registry.ts';
import { HttpFault } from '../http-fault.ts';
import type { Embedded } from './batcher.ts';
import type { LoadedModel } from './loaded-model.ts';

export interface ServedModelsOptions {
  /** Whose models they are, for metrics. */
  readonly tenant: string;
  readonly store: ArtifactStore;
  load(release: NamedRelease): Promise<LoadedModel>;
  /** Models in memory; the one that was not used for the longest time makes room. */
  readonly maxModels: number;
  /** Milliseconds between two looks at what the names stand for. */
  readonly refreshMs: number;
  say(line: string): void;
  measure: Measure;
}

/** `handbook`, or `handbook@2` for a version that stays. */
interface Wanted {
  readonly name: string;
  readonly version: number | undefined;
}

interface Slot {
  /** Undefined until it is loaded. */
  current: LoadedModel | undefined;
  loaded: Promise<unknown>;
  /** Requests that wait until it is loaded. */
  waiting: number;
  usedAt: number;
}

/**
 * Published models, loaded as they are asked for. A name follows the registry: once another version is promoted, it is
 * loaded beside the current one and takes over, while requests that were begun are answered by the old one.
 */
export class ServedModels {
  readonly #options: ServedModelsOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #closing = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #refreshing: Promise<void> | undefined;

  constructor(options: ServedModelsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.refresh(), options.refreshMs);
    this.#timer.unref();
  }

  /**
   * Embeds with the model that `id` stands for, which is loaded first if it is not.
   * @throws HttpFault 404 if nothing is published under the name, or there is no such version.
   */
  async embed(id: string, texts: readonly string[], as: EmbedOptions['as']): Promise<Embedded & LoadedModel> {
    for (;;) {
      const slot = await this.#open(id);
      slot.waiting++;
      try {
        await slot.loaded;
      } finally {
        slot.waiting--;
      }
      const { current } = slot;
      // Nothing is awaited between this check and the call: a model that was replaced answers what it has taken.
      if (!current || this.#slots.get(id) !== slot) continue;
      slot.usedAt = performance.now();
      try {
        const embedded = await current.embed(texts, as);
        this.#measureEmbedded(id, current.version, texts.length, embedded.tokens);
        return { ...current, ...embedded };
      } catch (error) {
        const hasDied = error instanceof Fault && error.kind === 'exhausted';
        if (hasDied && slot.current === current) this.#retire(id, slot);
        throw error;
      }
    }
  }

  #labels(name: string) {
    return { tenant: this.#options.tenant, name };
  }

  #measureEmbedded(id: string, served: number, texts: number, tokens: number): void {
    const labels = { tenant: this.#options.tenant, name: parse(id).name, version: String(served) };
    this.#options.measure('hone_embedded_texts', texts, labels);
    this.#options.measure('hone_embedded_tokens', tokens, labels);
  }

  /** Loads a model before it is asked for. @throws as `embed` */
  async load(id: string): Promise<void> {
    const { loaded } = await this.#open(id);
    await loaded;
  }

  /** All published names with their current versions, but for those whose entry cannot be read. */
  async list(): Promise<{ name: string; version: number; promotedAt: string | undefined }[]> {
    const models = await listModels(this.#options.store);
    return models
      .filter(({ current }) => current > 0)
      .map(({ name, current, versions: [version] }) => ({ name, version: current, promotedAt: version?.promotedAt }));
  }

  /** Looks at once what the names stand for. Failures are said and tried again the next time. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing;
    for (const [id, slot] of this.#slots) this.#retire(id, slot);
    await Promise.all(this.#closing);
  }

  async #refresh(): Promise<void> {
    for (const [id, slot] of this.#slots) {
      const wanted = parse(id);
      const { current } = slot;
      if (wanted.version !== undefined || !current) continue;
      try {
        const release = await this.#release(wanted);
        if (release.version !== current.version) await this.#swap(id, slot, current, release);
      } catch (error) {
        this.#options.measure('hone_model_swaps', 1, { ...this.#labels(id), outcome: 'failed' });
        this.#options.say(`${id} is not refreshed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #swap(id: string, slot: Slot, old: LoadedModel, release: NamedRelease): Promise<void> {
    const next = await this.#options.load(release);
    if (this.#slots.get(id) !== slot) return this.#close(next);
    slot.current = next;
    this.#options.measure('hone_model_swaps', 1, { ...this.#labels(id), outcome: 'done' });
    this.#options.measure('hone_served_version', next.version, this.#labels(id));
    this.#options.say(`${id} is version ${next.version} now, after version ${old.version}.`);
    this.#close(old);
  }

  /** The slot of a model, which may still be being loaded. */
  async #open(id: string): Promise<Slot> {
    const open = this.#slots.get(id);
    if (open) return open;
    const release = await this.#release(parse(id));
    for (let full = this.#makeRoom(id); full; full = this.#makeRoom(id)) await full;
    // Another request may have opened it meanwhile.
    const opened = this.#slots.get(id);
    if (opened) return opened;
    const slot: Slot = { current: undefined, loaded: Promise.resolve(), waiting: 0, usedAt: performance.now() };
    this.#slots.set(id, slot);
    slot.loaded = this.#load(id, slot, release);
    return slot;
  }

  async #load(id: string, slot: Slot, release: NamedRelease): Promise<void> {
    try {
      const model = await this.#options.load(release);
      if (this.#slots.get(id) !== slot) return this.#close(model);
      slot.current = model;
      this.#options.measure('hone_served_version', model.version, this.#labels(id));
      this.#options.say(`${id} is version ${model.version}.`);
    } catch (error) {
      if (this.#slots.get(id) === slot) this.#slots.delete(id);
      throw error;
    }
  }

  /**
   * Makes room for a model unless it is there. One that is being loaded stays until it has answered whoever waits for
   * it: models that are asked for in turn would otherwise drive each other out before any of them answers.
   * @returns undefined if there is room, else what to wait for before it is tried again.
   */
  #makeRoom(id: string): Promise<unknown> | undefined {
    while (!this.#slots.has(id) && this.#slots.size >= this.#options.maxModels) {
      const idle = [...this.#slots].filter(([, { current, waiting }]) => current && waiting === 0);
      const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
      if (!oldest) return Promise.race([...this.#slots.values()].map(({ loaded }) => loaded.catch(() => {})));
      this.#retire(...oldest);
    }
    return undefined;
  }

  /** A model that is still being loaded is closed when it is. */
  #retire(id: string, slot: Slot): void {
    this.#slots.delete(id);
    if (!slot.current) return;
    this.#options.measure('hone_served_version', 0, this.#labels(id));
    this.#close(slot.current);
  }

  #close(model: LoadedModel): void {
    const closing: Promise<void> = model.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #release({ name, version }: Wanted): Promise<NamedRelease> {
    const { store } = this.#options;
    const read = await readRegistry(store, name);
    if (!read) throw new HttpFault(404, noSuchName(name));
    const { registry } = read;
    const release = await readRelease(store, registry, version ?? registry.current);
    if (release) return { ...release, name };
    const message = `${name} has no version ${version}.`;
    throw new HttpFault(404, new Fault('input', message, `\`hone models ${name}\` lists its versions.`));
  }
}

function parse(id: string): Wanted {
  const [, name = id, version] = /^(.*)@(\d+)$/.exec(id) ?? [];
  return { name, version: version === undefined ? undefined : Number(version) };
}
