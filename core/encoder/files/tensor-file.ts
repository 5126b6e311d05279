import type { FileHandle } from 'node:fs/promises';

export interface TensorInfo {
  readonly name: string;
  /** As safetensors calls them: `F32`, `BF16`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** An open file of weights. Its structure has been validated; tensors are read on demand. */
export interface TensorFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, in the order in which they are stored. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Bytes of a tensor, little-endian, row-major. @throws Fault `input` if there is none, or the file is too short. */
  read(name: string): Promise<Buffer<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Bytes of an element, by dtype. */
export const WIDTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, U16: 2, I16: 2, F16: 2, BF16: 2 },
    ...{ U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8 },
  }),
);

/** Reads bytes of a file. @throws what `tooShort` returns, if the file ends before. */
export async function readBytes(
  file: FileHandle,
  position: number,
  length: number,
  tooShort: () => Error,
): Promise<Buffer<ArrayBuffer>> {
  // Read from the file, it may be any number.
  if (!Number.isSafeInteger(position + length)) throw tooShort();
  const buffer = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(buffer, at, Math.min(length - at, 1 << 30), position + at);
    if (bytesRead === 0) throw tooShort();
    at += bytesRead;
  }
  return buffer;
}
