import { mkdir, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Constant, type ExternalPlace, encodeModel, Graph, type Value } from '../../autodiff/index.ts';
import type { ModelFolder } from '../files/model-folder.ts';
import { ModelWeights } from '../files/weights.ts';
import { paddedStates } from '../forward/padded-pass.ts';
import { int8Overrides } from './int8.ts';

/** Protobuf's limit. A larger model keeps its weights in files of their own. */
const MAX_BYTES = 2 ** 31 - 1;
/**
 * Constants below this many bytes stay in the model file, because the runtime reads shapes from them before it opens
 * others.
 */
const SMALL = 1024;
/** Tensors start at multiples of the page size in weight files, so that they can be mapped into memory. */
const PAGE = 4096;

export interface ExportOptions {
  /** Dense layers and token embeddings in int8; see `int8Overrides`. Default false: everything in float32. */
  readonly int8?: boolean;
  /** Bytes that a file may have. Default: 2 GB, Protobuf's limit. */
  readonly maxBytes?: number;
}

/**
 * Writes the transformer of a model as ONNX in standard operators (opset 18), for transformers.js, Text Embeddings
 * Inference and plain ONNX Runtime. Inputs: int64 `input_ids`, `attention_mask` and, if the model has them,
 * `token_type_ids`, [batch, sequence]. Output: float32 `last_hidden_state`, [batch, sequence, hidden]. Pooling is left
 * to the reader, as in Hugging Face's own exports. The weights are inside the file, or, if it would exceed `maxBytes`,
 * beside it in `TARGET_data`, `TARGET_data_1`, …, the names that transformers.js looks for.
 * @returns Names of the files written, that of `target` first.
 */
export async function exportOnnx(
  { encoder, weightsFile }: ModelFolder,
  target: string,
  { int8 = false, maxBytes = MAX_BYTES }: ExportOptions = {},
): Promise<string[]> {
  const weights = await readWeights(encoder, weightsFile);
  const graph = new Graph();
  const values = (name: string) => weights.get(name) as Float32Array;
  const constants = new Map<string, Value>();
  const parameter = (name: string) => {
    const constant =
      constants.get(name) ?? graph.weights(name, values(name), encoder.parameters.get(name) as readonly number[]);
    constants.set(name, constant);
    return constant;
  };
  const overrides = int8 ? int8Overrides(graph, encoder, values, parameter) : undefined;
  const states = paddedStates(graph, encoder, parameter, overrides);
  const outputs = [{ value: states, name: 'last_hidden_state' }];
  await mkdir(dirname(target), { recursive: true });
  const whole = encodeModel(graph, outputs);
  if (size(whole) <= maxBytes) {
    await write(target, whole);
    return [basename(target)];
  }
  const external = new WeightFiles(`${basename(target)}_data`, maxBytes);
  await write(
    target,
    encodeModel(graph, outputs, (constant) => external.place(constant)),
  );
  for (const [name, pieces] of external.files) await write(join(dirname(target), name), pieces);
  return [basename(target), ...external.files.keys()];
}

/** Lays out constants in files of at most `maxBytes` bytes, except where a single constant has more. */
class WeightFiles {
  readonly files = new Map<string, Uint8Array[]>();
  readonly #name: string;
  readonly #maxBytes: number;
  #location = '';
  /** End of the current file. Initially so large that the first constant starts a file. */
  #end = Number.MAX_SAFE_INTEGER;

  constructor(name: string, maxBytes: number) {
    this.#name = name;
    this.#maxBytes = maxBytes;
  }

  place({ data }: Constant): ExternalPlace | undefined {
    if (data.length < SMALL) return undefined;
    const padding = (PAGE - (this.#end % PAGE)) % PAGE;
    let offset = this.#end + padding;
    if (offset + data.length > this.#maxBytes) {
      this.#location = this.files.size === 0 ? this.#name : `${this.#name}_${this.files.size}`;
      this.files.set(this.#location, []);
      offset = 0;
    }
    const pieces = this.files.get(this.#location);
    if (offset > this.#end) pieces?.push(new Uint8Array(padding));
    pieces?.push(data);
    this.#end = offset + data.length;
    return { location: this.#location, offset };
  }
}

async function readWeights(encoder: ModelFolder['encoder'], file: string): Promise<ReadonlyMap<string, Float32Array>> {
  const weights = await ModelWeights.open(file, encoder);
  try {
    const values = new Map<string, Float32Array>();
    for (const name of encoder.parameters.keys()) values.set(name, await weights.read(name));
    return values;
  } finally {
    await weights.close();
  }
}

function size(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((n, piece) => n + piece.length, 0);
}

async function write(target: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(target, 'w');
  try {
    for (const piece of pieces) for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    await file.sync();
  } finally {
    await file.close();
  }
}
