import { mkdir, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Constant, type ExternalPlace, encodeModel, Graph, type Value } from '../../autodiff/index.ts';
import type { ModelFolder } from '../files/model-folder.ts';
import { ModelWeights } from '../files/weights.ts';
import { int8Parts } from '../forward/int8-parts.ts';
import { paddedStates } from '../forward/padded-pass.ts';

/** Protobuf's limit; what is larger keeps its weights in files of their own. */
const MAX_BYTES = 2 ** 31 - 1;
/** Smaller constants stay in the model file, as the runtime reads shapes from them before it opens others. */
const SMALL = 1024;
/** Where tensors start in files of weights, so that they can be mapped into memory: a multiple of the page. */
const PAGE = 4096;

export interface ExportOptions {
  /** Dense layers and word table in whole numbers (see `int8Parts`); default: all in float32. */
  readonly int8?: boolean;
  /** Bytes of the largest file; default: 2 GB, Protobuf's limit. */
  readonly largest?: number;
}

/**
 * Writes the transformer of a model as ONNX of standard operators (opset 18), as transformers.js, Text Embeddings Inference and plain
 * ONNX Runtime read it: int64 `input_ids`, `attention_mask` and, where the model has them, `token_type_ids` of [batch, sequence] in, float32
 * `last_hidden_state` of [batch, sequence, hidden] out. Pooling stays with the reader, as in Hugging Face's own exports. The weights are inside,
 * or, where the file would pass `largest`, in `TARGET_data`, `TARGET_data_1`… beside it, the names that transformers.js looks for.
 * @returns Names of the files written, `target`'s first.
 */
export async function exportOnnx(
  { encoder, weightsFile }: ModelFolder,
  target: string,
  { int8 = false, largest = MAX_BYTES }: ExportOptions = {},
): Promise<string[]> {
  const weights = await readWeights(encoder, weightsFile);
  const graph = new Graph();
  const values = (name: string) => weights.get(name) as Float32Array;
  const constants = new Map<string, Value>();
  const parameter = (name: string) => {
    const known =
      constants.get(name) ?? graph.weights(name, values(name), encoder.parameters.get(name) as readonly number[]);
    constants.set(name, known);
    return known;
  };
  const parts = int8 ? int8Parts(graph, encoder, values, parameter) : undefined;
  const states = paddedStates(graph, encoder, parameter, parts);
  const outputs = [{ value: states, name: 'last_hidden_state' }];
  await mkdir(dirname(target), { recursive: true });
  const whole = encodeModel(graph, outputs);
  if (size(whole) <= largest) {
    await write(target, whole);
    return [basename(target)];
  }
  const beside = new WeightFiles(`${basename(target)}_data`, largest);
  await write(
    target,
    encodeModel(graph, outputs, (constant) => beside.place(constant)),
  );
  for (const [name, pieces] of beside.files) await write(join(dirname(target), name), pieces);
  return [basename(target), ...beside.files.keys()];
}

/** Constants laid out in files of at most so many bytes, unless a single one has more. */
class WeightFiles {
  readonly files = new Map<string, Uint8Array[]>();
  readonly #name: string;
  readonly #largest: number;
  #location = '';
  /** Nothing fits behind the end of a file that is not there yet. */
  #end = Number.MAX_SAFE_INTEGER;

  constructor(name: string, largest: number) {
    this.#name = name;
    this.#largest = largest;
  }

  place({ data }: Constant): ExternalPlace | undefined {
    if (data.length < SMALL) return undefined;
    const padding = (PAGE - (this.#end % PAGE)) % PAGE;
    let offset = this.#end + padding;
    if (offset + data.length > this.#largest) {
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
    const read = new Map<string, Float32Array>();
    for (const name of encoder.parameters.keys()) read.set(name, await weights.read(name));
    return read;
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
