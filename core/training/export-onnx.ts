import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../contracts/fault.ts';
import {
  add,
  encodeModel,
  erf,
  expand,
  Graph,
  gather,
  mul,
  range,
  reshape,
  sub,
  toFloat,
  unsqueeze,
  type Value,
} from './autodiff/index.ts';
import type { ModelFolder } from './model-folder.ts';
import { paddedAttention } from './models/attention.ts';
import { bertEncoder, bertParameters } from './models/bert.ts';
import type { BertConfig } from './models/bert-config.ts';
import { ModelWeights } from './weights.ts';

/** Protobuf's limit; larger models would need their weights in a second file. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Writes the transformer of a model folder as one ONNX file of standard operators (opset 18) with the weights inside, as transformers.js, Text
 * Embeddings Inference and plain ONNX Runtime read it: int64 `input_ids`, `attention_mask`, `token_type_ids` of [batch, sequence] in,
 * float32 `last_hidden_state` of [batch, sequence, hidden] out. Pooling stays with the reader, as in Hugging Face's own exports.
 * @throws Fault `input` if the file would pass ONNX's limit of 2 GB.
 */
export async function exportOnnx({ config, weightsFile }: ModelFolder, target: string): Promise<void> {
  const weights = await ModelWeights.open(weightsFile, bertParameters(config));
  try {
    const graph = new Graph();
    const parameters = new Map<string, Value>();
    for (const [name, { shape }] of weights.tensors)
      parameters.set(name, graph.weights(name, await weights.read(name), shape));
    const states = paddedEncoder(graph, config, (name) => parameters.get(name) as Value);
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

function paddedEncoder(graph: Graph, config: BertConfig, parameter: (name: string) => Value): Value {
  const { hidden_size: hidden, num_attention_heads: heads } = config;
  const [texts, length] = ['batch', 'sequence'];
  const input = (name: string) => graph.input(name, 'int64', [texts, length]);
  const [ids, mask, types] = [input('input_ids'), input('attention_mask'), input('token_type_ids')];
  const flat = (x: Value) => reshape(x, ['tokens']);
  const bias = unsqueeze(mul(sub(toFloat(mask), 1), 1e9), [1, 2]);
  const states = bertEncoder(config, parameter, {
    words: (table) => gather(table, flat(ids)),
    types: (table) => gather(table, flat(types)),
    positions: (table) => gather(table, flat(expand(range(graph, length), ids.shape))),
    attention: (q, k, v) => paddedAttention(q, k, v, bias, { texts, length, heads, size: hidden / heads }),
    // The standard operator Gelu came with opset 20, which fewer runtimes have.
    gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  });
  return reshape(states, [texts, length, hidden]);
}
