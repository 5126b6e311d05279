/*
 * Usage: FOLDER POOLING [DTYPE] < texts.json > rows.json: the rows that @huggingface/transformers makes of texts, from onnx/model.onnx (fp32)
 * or onnx/model_quantized.onnx (q8).
 */
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { PEERS } from './peers.ts';

const [folder = '', ours = '', dtype = 'fp32'] = process.argv.slice(2);
const pooling = ours === 'lasttoken' ? 'last_token' : ours;
const module = createRequire(`${PEERS}/package.json`).resolve('@huggingface/transformers');
const { env, pipeline } = await import(pathToFileURL(module).href);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const extract = await pipeline('feature-extraction', basename(folder), { dtype });
const rows = await extract(JSON.parse(await text(process.stdin)), { pooling, normalize: true });
process.stdout.write(JSON.stringify(rows.tolist()));
