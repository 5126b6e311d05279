import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { canonicalJson, sha256 } from '../primitives/hash.ts';

/** What a step's output depends on, and nothing else: not the attempt, the machine, the run or the time. */
export interface StepIdentity {
  name: string;
  /** Raised whenever the code of the step comes to other bytes for the same inputs. */
  version: number;
  /** Hashes of what is read. */
  inputs: Readonly<Record<string, string>>;
  /** The options that matter to the output. */
  options?: unknown;
}

const Manifest = z.object({
  step: z.string(),
  version: z.number(),
  seconds: z.number(),
  finishedAt: z.string(),
  output: z.unknown(),
});

/** A step's output, and whether the work had been done before. */
export interface StepOutcome<T> {
  output: T;
  reused: boolean;
  /** Seconds the work took when it was done. */
  seconds: number;
}

/** What a step came to when it was done, by this run or any other; undefined if it never was. */
export async function findStep<T>(
  store: ArtifactStore,
  identity: StepIdentity,
  schema: z.ZodType<T>,
): Promise<StepOutcome<T> | undefined> {
  const before = await store.readPointer(keyOf(identity));
  const done = before && (await readManifest(store, before.bytes, schema));
  return done && { ...done, reused: true };
}

/**
 * Does a step unless a manifest says it was done, by this run or any other. The manifest is written last, by
 * compare-and-swap: a step that died half-way does not exist, and of two workers doing the same step the first one's
 * output is everybody's. A manifest that cannot be read, or whose artifacts are gone, is replaced.
 * @param secondsBefore what other activities have spent on the step; default 0.
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
  if (done) return { ...done, reused: true };

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

/** Every reference inside a value, however deep. */
function* artifactsIn(value: unknown): Generator<ArtifactRef> {
  if (value === null || typeof value !== 'object') return;
  const ref = ArtifactRef.safeParse(value);
  if (ref.success) yield ref.data;
  else for (const inner of Object.values(value)) yield* artifactsIn(inner);
}
