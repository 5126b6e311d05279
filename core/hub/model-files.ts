import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import { hashFile } from '../primitives/hash.ts';

/** One file of a model folder; `path` is relative and `/`-separated. */
export const ModelFile = z.object({ path: z.string(), sha256: z.string(), bytes: z.number(), modifiedMs: z.number() });
export type ModelFile = z.infer<typeof ModelFile>;

/** Description of a model folder. It is stored, so that large files are hashed only once. */
export const Manifest = z.object({
  name: z.string(),
  revision: z.string(),
  /** `modelHash` of the files. */
  sha256: z.string(),
  files: z.array(ModelFile),
});
export type Manifest = z.infer<typeof Manifest>;

/** A model folder on this machine. */
export interface ModelCopy {
  readonly folder: string;
  readonly manifest: Manifest;
}

const WEIGHTS = 'model.safetensors';
/** Weights as torch.save writes them. They are read where a module has no safetensors. */
const PICKLED = 'pytorch_model.bin';

/** Files of a sentence-transformers folder that determine its embeddings; others (ONNX, TensorFlow) are not used. */
const AT_ROOT = new Set<string>([
  WEIGHTS,
  PICKLED,
  'added_tokens.json',
  'config.json',
  'config_sentence_transformers.json',
  'merges.txt',
  'modules.json',
  'sentence_bert_config.json',
  'sentencepiece.bpe.model',
  'special_tokens_map.json',
  'spiece.model',
  'tokenizer.json',
  'tokenizer.model',
  'tokenizer_config.json',
  'vocab.json',
  'vocab.txt',
]);
/**
 * Files of a module, or of one inside a Router, in folders named as sentence-transformers names them:
 * `1_Pooling/config.json`, `3_Router/query_0_Dense/model.safetensors`.
 */
const IN_MODULE = /^\d+_[A-Za-z]+\/(\w+\/)*(config\.json|router_config\.json|model\.safetensors|pytorch_model\.bin)$/;

/** The files of a model that determine its embeddings, as far as their paths tell. */
export function usedFiles(paths: readonly string[]): string[] {
  return withoutUnread(paths.filter((path) => AT_ROOT.has(path) || IN_MODULE.test(path)));
}

/** Without pickled weights that have safetensors beside them. */
function withoutUnread(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return paths.filter((path) => path.split('/').at(-1) !== PICKLED || !all.has(path.replace(/[^/]+$/, WEIGHTS)));
}

/**
 * SHA-256 over the lines `path\tsha256\n`, sorted by path. Two models with the same one have the same embeddings, if
 * `files` are all that determine them: weights and settings of every module, tokenizer and prompts.
 */
export function modelHash(files: readonly { path: string; sha256: string }[]): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\t${sha256}\n`);
  return hash.digest('hex');
}

/** The required files that are missing in the paths of a model. */
export function missingFiles(paths: readonly string[]): string[] {
  const missing = ['config.json', 'tokenizer.json'].filter((file) => !paths.includes(file));
  return paths.includes(WEIGHTS) || paths.includes(PICKLED) ? missing : [...missing, WEIGHTS];
}

/** @throws Fault `input` naming the required files that are missing in the paths of a model. */
export function checkComplete(paths: readonly string[], name: string): void {
  const missing = missingFiles(paths);
  if (missing.length === 0) return;
  if (missing.includes(WEIGHTS)) {
    if (paths.some((path) => /^(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)$/.test(path))) {
      throw new Fault(
        'input',
        `${name} keeps its weights in several files.`,
        'Choose a model whose weights are one model.safetensors.',
      );
    }
    const other = paths.find((path) => /\.(bin|pt|pth|ckpt)$/.test(path));
    if (other) {
      throw new Fault(
        'input',
        `${name} keeps its weights in ${other}; Hone reads model.safetensors and pytorch_model.bin.`,
        'Choose a model or revision with a model.safetensors, or convert it with save_pretrained.',
      );
    }
  }
  throw new Fault(
    'input',
    `${name} is not a model that Hone can read: it has no ${missing.join(', no ')}.`,
    'Give a sentence-transformers folder or repository with config.json, model.safetensors and tokenizer.json.',
  );
}

/** Paths of the files that a folder has at its root, and of those below it that determine the embeddings, sorted. */
async function listFolder(folder: string): Promise<string[]> {
  const modules = await modulesOf(folder);
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) {
      paths.push(entry.name);
      continue;
    }
    // Other folders, of a checkout or a cache, are not part of the model.
    const listed = modules.has(entry.name);
    if (!listed && !/^\d+_/.test(entry.name)) continue;
    const names = await readdir(join(folder, entry.name), { recursive: true });
    const below = names.map((name) => `${entry.name}/${name.replaceAll(sep, '/')}`);
    paths.push(...(listed ? withoutUnread(below.filter((path) => IN_LISTED_MODULE.test(path))) : usedFiles(below)));
  }
  return paths.sort();
}

/** Files that a module reads, whatever its folder is called. */
const IN_LISTED_MODULE = /\.(json|safetensors)$|\/pytorch_model\.bin$/;

/** The folders that modules.json names; it is checked when the model is opened. */
async function modulesOf(folder: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(folder, 'modules.json'), 'utf8').catch(() => '[]');
  try {
    return new Set(Modules.parse(JSON.parse(text)).map(({ path }) => path));
  } catch {
    return new Set();
  }
}

const Modules = z.array(z.object({ path: z.string() }));

/**
 * Describes the model in `folder` and stores the manifest in `manifestFile`. If that exists already, a file is hashed
 * again only if its size or modification time has changed.
 * @throws Fault `input` if the folder lacks a required file.
 */
export async function describeFolder(
  folder: string,
  manifestFile: string,
  { name, revision }: { name: string; revision: string },
): Promise<Manifest> {
  const paths = await listFolder(folder);
  checkComplete(paths, name);
  const stored = new Map((await readManifest(manifestFile))?.files.map((file) => [file.path, file]));
  const files: ModelFile[] = [];
  const atRoot = usedFiles(paths.filter((path) => !path.includes('/')));
  for (const path of [...atRoot, ...paths.filter((path) => path.includes('/'))].sort()) {
    const { size: bytes, mtimeMs: modifiedMs } = await stat(join(folder, path));
    const before = stored.get(path);
    const same = before?.bytes === bytes && before.modifiedMs === modifiedMs;
    files.push({ path, sha256: same ? before.sha256 : await hashFile(join(folder, path)), bytes, modifiedMs });
  }
  const manifest = { name, revision, sha256: modelHash(files), files };
  await writeAtomically(manifestFile, JSON.stringify(manifest, null, 2));
  return manifest;
}

/**
 * The manifest of a downloaded copy if all of its files are unchanged. A damaged copy is removed, so that it is
 * downloaded again.
 */
export async function intactCopy(folder: string, manifestFile: string): Promise<Manifest | undefined> {
  const stored = await readManifest(manifestFile);
  if (stored === undefined) return undefined;
  try {
    const current = await describeFolder(folder, manifestFile, stored);
    if (current.sha256 === stored.sha256) return current;
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

/** Writes a file so that a reader sees either the old content or the new one. */
export async function writeAtomically(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // A draft for each call, because several runs on a worker may describe the same model at the same time.
  const draft = `${file}.${randomUUID()}.draft`;
  await writeFile(draft, content);
  await rename(draft, file);
}
