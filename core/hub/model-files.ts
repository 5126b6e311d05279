import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';

/** One file of a model folder; `path` is relative and `/`-separated. */
export const ModelFile = z.object({ path: z.string(), sha256: z.string(), bytes: z.number(), modifiedMs: z.number() });
export type ModelFile = z.infer<typeof ModelFile>;

/** What is known of a model folder, so that its 90 MB are hashed but once. */
export const Manifest = z.object({
  name: z.string(),
  revision: z.string(),
  /** SHA-256 over the lines `path\tsha256\n`, sorted by path. */
  sha256: z.string(),
  files: z.array(ModelFile),
});
export type Manifest = z.infer<typeof Manifest>;

export const REQUIRED = ['config.json', 'model.safetensors', 'tokenizer.json'] as const;

/** The files of a sentence-transformers folder that decide its vectors; others (ONNX, TensorFlow, pickles) are left out. */
const AT_ROOT = new Set<string>([
  ...REQUIRED,
  'added_tokens.json',
  'config_sentence_transformers.json',
  'merges.txt',
  'modules.json',
  'sentence_bert_config.json',
  'sentencepiece.bpe.model',
  'special_tokens_map.json',
  'spiece.model',
  'tokenizer.model',
  'tokenizer_config.json',
  'vocab.json',
  'vocab.txt',
]);
/** A module of its own (`1_Pooling/config.json`, `2_Dense/model.safetensors`). */
const IN_MODULE = /^\d+_[A-Za-z]+\/(config\.json|model\.safetensors)$/;

export const isWanted = (path: string): boolean => AT_ROOT.has(path) || IN_MODULE.test(path);

/** @throws Fault `input` naming what a list of paths lacks to be a model. */
export function checkComplete(paths: readonly string[], name: string): void {
  const missing = REQUIRED.filter((file) => !paths.includes(file));
  if (missing.length === 0) return;
  if (missing.includes('model.safetensors')) {
    if (paths.some((path) => /^model-\d+-of-\d+\.safetensors$/.test(path))) {
      throw new Fault(
        'input',
        `${name} keeps its weights in several safetensors files.`,
        'Choose a model whose weights are one model.safetensors.',
      );
    }
    if (paths.some((path) => /\.(bin|pt|pth|ckpt)$/.test(path))) {
      throw new Fault(
        'input',
        `${name} has only pickled weights, which can run code when they are opened; Hone reads safetensors only.`,
        'Choose a model or revision with a model.safetensors, or convert it with save_pretrained(safe_serialization=True).',
      );
    }
  }
  throw new Fault(
    'input',
    `${name} is not a model Hone can read: it has no ${missing.join(', no ')}.`,
    'Name a sentence-transformers folder or repository with config.json, model.safetensors and tokenizer.json.',
  );
}

/** Paths of every file below a folder, sorted. */
async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isDirectory()) return [entry.name];
      // A module's files lie one level down; a whole checkout or cache beside them is none of ours.
      return (await readdir(join(folder, entry.name))).map((name) => `${entry.name}/${name}`);
    }),
  );
  return below.flat().sort();
}

/**
 * The manifest of the model in `folder`, kept in `manifestFile`; files are hashed again only if size or time changed.
 * @throws Fault `input` if the folder lacks what a model needs.
 */
export async function describeFolder(
  folder: string,
  manifestFile: string,
  { name, revision }: { name: string; revision: string },
): Promise<Manifest> {
  const paths = await listFolder(folder);
  checkComplete(paths, name);
  const known = new Map((await readManifest(manifestFile))?.files.map((file) => [file.path, file]));
  const files: ModelFile[] = [];
  for (const path of paths.filter(isWanted)) {
    const { size: bytes, mtimeMs: modifiedMs } = await stat(join(folder, path));
    const before = known.get(path);
    const same = before?.bytes === bytes && before.modifiedMs === modifiedMs;
    files.push({ path, sha256: same ? before.sha256 : await hashFile(join(folder, path)), bytes, modifiedMs });
  }
  const manifest = { name, revision, sha256: fingerprint(files), files };
  await writeWhole(manifestFile, JSON.stringify(manifest, null, 2));
  return manifest;
}

/** The manifest of a fetched copy whose every file is as it was fetched; a damaged copy is removed, to be fetched again. */
export async function intactCopy(folder: string, manifestFile: string): Promise<Manifest | undefined> {
  const known = await readManifest(manifestFile);
  if (known === undefined) return undefined;
  try {
    const now = await describeFolder(folder, manifestFile, known);
    if (now.sha256 === known.sha256) return now;
  } catch (error) {
    if (!(error instanceof Fault) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await rm(manifestFile, { force: true });
  await rm(folder, { recursive: true, force: true });
  return undefined;
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    return Manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function fingerprint(files: readonly { path: string; sha256: string }[]): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\t${sha256}\n`);
  return hash.digest('hex');
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** A reader sees the old content or the new one, never half of it. */
export async function writeWhole(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // One a call: several runs on a worker may look at the same model at once.
  const draft = `${file}.${randomUUID()}.draft`;
  await writeFile(draft, content);
  await rename(draft, file);
}
