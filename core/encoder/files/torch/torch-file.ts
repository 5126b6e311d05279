import { type FileHandle, open } from 'node:fs/promises';
import { Fault } from '../../../contracts/fault.ts';
import { readBytes, type TensorFile, type TensorInfo, WIDTHS } from '../tensor-file.ts';
import { NotAStateDict, readStateDict, type StoredTensor } from './state-dict.ts';
import { contentOf, type StoredEntry, storedEntries } from './stored-entries.ts';

/** The pickle of a model of a thousand layers takes less than 3 MB; the bytes of its tensors are in other entries. */
const MAX_PICKLE = 4 * 2 ** 20;

/**
 * An open `pytorch_model.bin`: a state dict as torch.save has written it since torch 1.6, a zip archive of a pickle and
 * the bytes of the storages. The pickle is read without running code; see state-dict.ts.
 */
export class TorchFile implements TensorFile {
  readonly path: string;
  /** As transformers expects it of a safetensors file with the same tensors. */
  readonly metadata = { format: 'pt' };
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #file: FileHandle;
  readonly #views: ReadonlyMap<string, StoredTensor>;
  readonly #storages: ReadonlyMap<string, StoredEntry>;

  private constructor(
    path: string,
    file: FileHandle,
    views: ReadonlyMap<string, StoredTensor>,
    storages: ReadonlyMap<string, StoredEntry>,
  ) {
    this.path = path;
    this.#file = file;
    this.#views = views;
    this.#storages = storages;
    // Wide elements first, as safetensors orders them, so that each tensor is aligned where it is saved.
    const infos = [...views].map(([name, view]) => infoOf(name, view));
    const sorted = infos.sort((a, b) => widthOf(b.dtype) - widthOf(a.dtype));
    this.tensors = new Map(sorted.map((info) => [info.name, info]));
  }

  /** @throws Fault `input` if the file is damaged, or holds anything but a state dict. */
  static async open(path: string): Promise<TorchFile> {
    const file = await open(path);
    try {
      await rejectOldFormat(file, path);
      const entries = await storedEntries(file, (what) => refused(path, what));
      const folder = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name))?.replace('data.pkl', '');
      const pickle = folder === undefined ? undefined : entries.get(`${folder}data.pkl`);
      if (!pickle || pickle.bytes > MAX_PICKLE) throw refused(path, 'holds no weights of torch');
      const byteOrder = entries.get(`${folder}byteorder`);
      if (byteOrder && (await readEntry(file, path, byteOrder)).toString('latin1') !== 'little')
        throw refused(path, 'was written on a big-endian machine');
      const views = parse(path, await readEntry(file, path, pickle));
      return new TorchFile(path, file, views, storagesOf(path, folder as string, views, entries));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(name: string): Promise<Buffer<ArrayBuffer>> {
    const view = this.#views.get(name);
    const entry = view && this.#storages.get(view.storage.key);
    if (!entry) throw refused(this.path, `has no tensor ${name}`);
    const { shape, strides, offset, storage } = view;
    const width = widthOf(storage.dtype);
    const elements = count(shape);
    const start = (await contentOf(this.#file, entry, () => damaged(this.path))) + offset * width;
    const span = elements === 0 ? 0 : shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), 1);
    const bytes = await readBytes(this.#file, start, span * width, () => damaged(this.path));
    return isRowMajor(shape, strides) ? bytes : gather(bytes, shape, strides, width);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function infoOf(name: string, { shape, storage: { dtype } }: StoredTensor): TensorInfo {
  return { name, dtype, shape, bytes: count(shape) * widthOf(dtype) };
}

function parse(path: string, pickle: Buffer): ReadonlyMap<string, StoredTensor> {
  try {
    return readStateDict(pickle);
  } catch (error) {
    if (!(error instanceof NotAStateDict)) throw error;
    throw refused(path, error.message);
  }
}

/** The entry of each storage, by key. Its size must be that which the pickle says. */
function storagesOf(
  path: string,
  folder: string,
  views: ReadonlyMap<string, StoredTensor>,
  entries: ReadonlyMap<string, StoredEntry>,
): Map<string, StoredEntry> {
  const storages = new Map<string, StoredEntry>();
  for (const { storage } of views.values()) {
    const entry = entries.get(`${folder}data/${storage.key}`);
    if (entry?.bytes !== storage.elements * widthOf(storage.dtype)) throw damaged(path);
    storages.set(storage.key, entry);
  }
  return storages;
}

async function readEntry(file: FileHandle, path: string, entry: StoredEntry): Promise<Buffer> {
  const start = await contentOf(file, entry, () => damaged(path));
  return readBytes(file, start, entry.bytes, () => damaged(path));
}

/** A dimension of one element is never stepped over, so its stride does not matter. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false;
    step *= shape[i] as number;
  }
  return true;
}

/** The elements of a view, such as a transposed matrix, in row-major order. */
function gather(
  bytes: Buffer,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Buffer<ArrayBuffer> {
  const elements = count(shape);
  const gathered = Buffer.from(new ArrayBuffer(elements * width));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < elements; to++) {
    bytes.copy(gathered, to * width, from * width, (from + 1) * width);
    for (let i = shape.length - 1; i >= 0; i--) {
      index[i] = (index[i] as number) + 1;
      from += strides[i] as number;
      if (index[i] !== shape[i]) break;
      from -= (shape[i] as number) * (strides[i] as number);
      index[i] = 0;
    }
  }
  return gathered;
}

const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const widthOf = (dtype: string) => WIDTHS.get(dtype) as number;

async function rejectOldFormat(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat();
  const start = await readBytes(file, 0, Math.min(2, size), () => damaged(path));
  if (start.toString('latin1') === 'PK') return;
  const isPickle = start[0] === 0x80;
  throw refused(path, isPickle ? 'is in the format of torch before version 1.6' : 'is not a file that torch has saved');
}

function damaged(path: string): Fault {
  return refused(path, 'is damaged');
}

function refused(path: string, what: string): Fault {
  return new Fault(
    'input',
    `${path} ${what}.`,
    'Use a copy or a revision of the model that has a model.safetensors, or save it as one where you trust it (model.save_pretrained in Python).',
  );
}
