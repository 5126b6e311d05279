import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import { readBytes, type TensorFile, type TensorInfo, WIDTHS } from './tensor-file.ts';

/*
 * The safetensors format, https://github.com/huggingface/safetensors#format: eight bytes with the length of the header,
 * a JSON header, and the bytes of the tensors.
 */

const MAX_HEADER = 100_000_000;

const Entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const Header = z.record(z.string(), z.unknown());

/** An open safetensors file. Its header has been validated; tensors are read on demand. */
export class SafetensorsFile implements TensorFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #file: FileHandle;
  readonly #offsets: ReadonlyMap<string, number>;

  private constructor(
    path: string,
    file: FileHandle,
    metadata: Record<string, string>,
    tensors: Map<string, TensorInfo>,
    offsets: Map<string, number>,
  ) {
    this.path = path;
    this.metadata = metadata;
    this.tensors = tensors;
    this.#file = file;
    this.#offsets = offsets;
  }

  /** @throws Fault `input` if the file is not valid safetensors: offsets, types, shapes and length must agree. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const start = await read(file, path, 0, Math.min(8, size));
      const length = start.length === 8 ? Number(start.readBigUInt64LE()) : 0;
      if (length < 2 || length > MAX_HEADER || 8 + length > size) throw invalid(path, 'its header length is invalid');
      const header = parseHeader(path, await read(file, path, 8, length));
      const { __metadata__: metadata = {}, ...entries } = header;
      const sorted = Object.entries(entries)
        .map(([name, entry]) => ({ name, ...checkEntry(path, name, entry) }))
        .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
      let end = 0;
      const tensors = new Map<string, TensorInfo>();
      const offsets = new Map<string, number>();
      for (const { name, dtype, shape, data_offsets } of sorted) {
        if (data_offsets[0] !== end)
          throw invalid(path, `the bytes of ${name} do not follow those of the tensor before it`);
        end = data_offsets[1];
        tensors.set(name, { name, dtype, shape, bytes: end - data_offsets[0] });
        offsets.set(name, 8 + length + data_offsets[0]);
      }
      if (8 + length + end !== size)
        throw invalid(path, `it has ${size} bytes, but its header describes ${8 + length + end}`);
      const labels = z.record(z.string(), z.string()).safeParse(metadata);
      return new SafetensorsFile(path, file, labels.data ?? {}, tensors, offsets);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(name: string): Promise<Buffer<ArrayBuffer>> {
    const [info, offset] = [this.tensors.get(name), this.#offsets.get(name)];
    if (!info || offset === undefined) throw invalid(this.path, `it has no tensor ${name}`);
    return read(this.#file, this.path, offset, info.bytes);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Is called once, when the tensor is written. */
  bytes(): Promise<Uint8Array> | Uint8Array;
}

/**
 * Writes tensors in the order given, and flushes the file to disk.
 * @returns SHA-256 of the file in lower-case hex.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape }) => {
    const begin = end;
    end += shape.reduce((n, dim) => n * dim, WIDTHS.get(dtype) as number);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));

  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    for await (const piece of pieces(Buffer.concat([length, padded]), tensors)) {
      hash.update(piece);
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function* pieces(head: Uint8Array, tensors: readonly TensorToWrite[]): AsyncGenerator<Uint8Array> {
  yield head;
  for (const tensor of tensors) yield await tensor.bytes();
}

function parseHeader(path: string, bytes: Buffer): Record<string, unknown> {
  try {
    return Header.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw invalid(path, 'its header is not JSON');
  }
}

function checkEntry(path: string, name: string, entry: unknown): z.infer<typeof Entry> {
  const { data } = Entry.safeParse(entry);
  if (!data) throw invalid(path, `its entry for ${name} is malformed`);
  const width = WIDTHS.get(data.dtype);
  if (!width) throw invalid(path, `${name} has the unknown type ${data.dtype}`);
  const bytes = data.shape.reduce((n, dim) => n * dim, width);
  if (data.data_offsets[1] - data.data_offsets[0] !== bytes)
    throw invalid(
      path,
      `${name} of shape [${data.shape.join(', ')}] does not fit its ${data.data_offsets.join(' to ')} bytes`,
    );
  return data;
}

function read(file: FileHandle, path: string, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  return readBytes(file, position, length, () => invalid(path, 'it ends too early'));
}

function invalid(path: string, what: string): Fault {
  return new Fault('input', `${path} is not a valid safetensors file: ${what}.`, 'Download or save the model again.');
}
