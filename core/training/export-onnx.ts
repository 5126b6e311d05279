import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../contracts/fault.ts';
import { encodeModel, Graph, type Value } from './autodiff/index.ts';
import { paddedStates } from './forward/padded-pass.ts';
import type { ModelFolder } from './model-folder.ts';
import { ModelWeights } from './weights.ts';

/** Protobuf's limit; larger models would need their weights in a second file. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Writes the transformer of a model folder as one ONNX file of standard operators (opset 18) with the weights inside, as transformers.js, Text
 * Embeddings Inference and plain ONNX Runtime read it: int64 `input_ids`, `attention_mask` and, where the model has them, `token_type_ids` of
 * [batch, sequence] in, float32 `last_hidden_state` of [batch, sequence, hidden] out. Pooling stays with the reader, as in Hugging Face's own exports.
 * @throws Fault `input` if the file would pass ONNX's limit of 2 GB.
 */
export async function exportOnnx({ encoder, weightsFile }: ModelFolder, target: string): Promise<void> {
  const weights = await ModelWeights.open(weightsFile, encoder);
  try {
    const graph = new Graph();
    const parameters = new Map<string, Value>();
    for (const [name, { shape }] of weights.tensors)
      parameters.set(name, graph.weights(name, await weights.read(name), shape));
    const states = paddedStates(graph, encoder, (name) => parameters.get(name) as Value);
    const pieces = encodeModel(graph, [{ value: states, name: 'last_hidden_state' }]);
    if (pieces.reduce((n, piece) => n + piece.length, 0) > MAX_BYTES)
      throw new Fault('input', `${target} would be larger than 2 GB, ONNX's limit.`, 'Use a smaller model.');
    await mkdir(dirname(target), { recursive: true });
    const file = await open(target, 'w');
    try {
      for (const piece of pieces)
        for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await weights.close();
  }
}
