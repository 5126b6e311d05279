import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore, Pointer } from '../contracts/artifact-store.ts';
import { canonicalJson, sha256 } from '../primitives/hash.ts';

/**
 * Everything that a step's output depends on. The attempt, the machine, the run and the time must not be part of it.
 */
export interface StepIdentity {
  name: string;
  /** Increased whenever a change of the step's code changes the output for the same inputs. */
  version: number;
  /** SHA-256 of everything that the step reads, by name. */
  inputs: Readonly<Record<string, string>>;
  /** The options that change the output. JSON. */
  options?: unknown;
}

const Manifest = z.object({
  step: z.string(),
  version: z.number(),
  seconds: z.number(),
  finishedAt: z.string(),
  output: z.unknown(),
});

export interface StepOutcome<T> {
  output: T;
  /** Whether the output was stored by an earlier execution. */
  reused: boolean;
  /** Seconds that the execution took. */
  seconds: number;
}

/** The stored output of a step, whichever run executed it; undefined if there is none, or its artifacts are lost. */
export async function findStep<T>(
  store: ArtifactStore,
  identity: StepIdentity,
  schema: z.ZodType<T>,
): Promise<StepOutcome<T> | undefined> {
  const key = keyOf(identity);
  const before = await store.readPointer(key);
  const done = before && (await readManifest(store, before.bytes, schema));
  if (done) await noteUse(store, key, before);
  return done && { ...done, reused: true };
}

/**
 * Returns the stored output of a step, whichever run executed it, or else executes `work` and stores its output. A
 * manifest that cannot be read, or whose artifacts are lost, is replaced.
 *
 * Invariant: the manifest is written last, by compare-and-swap. A step that died half-way has none, and if two workers
 * execute the same step, both return the output of the one that finished first.
 * @param secondsBefore seconds that other activities have already spent on the step; default 0.
 * @throws what `work` throws, and the Faults of the store.
 */
export async function doStep<T>(
  store: ArtifactStore,
  identity: StepIdentity,
  schema: z.ZodType<T>,
  work: () => Promise<T>,
  secondsBefore = 0,
): Promise<StepOutcome<T>> {
  const key = keyOf(identity);
  const before = await store.readPointer(key);
  const done = before && (await readManifest(store, before.bytes, schema));
  if (done) {
    await noteUse(store, key, before);
    return { ...done, reused: true };
  }

  const started = performance.now();
  const output = await work();
  const seconds = secondsBefore + (performance.now() - started) / 1000;
  const manifest: z.infer<typeof Manifest> = {
    step: identity.name,
    version: identity.version,
    seconds,
    finishedAt: new Date().toISOString(),
    output,
  };
  const won = await store.swapPointer(key, before?.version, new TextEncoder().encode(JSON.stringify(manifest)));
  if (won) return { output, seconds, reused: false };
  const winner = await store.readPointer(key);
  const theirs = winner && (await readManifest(store, winner.bytes, schema));
  return { ...(theirs ?? { output, seconds }), reused: false };
}

/** So often at most is a manifest written again because its step was reused. */
const NOTED_EVERY_MS = 60 * 60_000;

/** Writes the manifest again, so that collectors see that the step is in use: they go by when it was written. */
async function noteUse(store: ArtifactStore, key: string, { version, bytes, writtenAt }: Pointer): Promise<void> {
  if (Date.now() - writtenAt.getTime() < NOTED_EVERY_MS) return;
  // A step without a note is only executed again, after a long time without use.
  await store.swapPointer(key, version, bytes).catch(() => undefined);
}

function keyOf(identity: StepIdentity): string {
  return `steps/${identity.name}/${sha256(canonicalJson({ ...identity, options: identity.options ?? null }))}`;
}

async function readManifest<T>(
  store: ArtifactStore,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): Promise<{ output: T; seconds: number } | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const manifest = Manifest.safeParse(json);
  const output = schema.safeParse(manifest.data?.output);
  if (!manifest.success || !output.success) return undefined;
  for (const ref of artifactsIn(output.data)) {
    if (!(await store.hasObject(ref))) return undefined;
  }
  return { output: output.data, seconds: manifest.data.seconds };
}

/** All artifact references inside a value, at any depth. */
function* artifactsIn(value: unknown): Generator<ArtifactRef> {
  if (value === null || typeof value !== 'object') return;
  const ref = ArtifactRef.safeParse(value);
  if (ref.success) yield ref.data;
  else for (const inner of Object.values(value)) yield* artifactsIn(inner);
}
