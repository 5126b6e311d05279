/*
 * Usage: FOLDER POOLING [DTYPE] < texts.json > embeddings.json: embeds texts with @huggingface/transformers, which
 * reads onnx/model.onnx for the data type fp32 (the default) and onnx/model_quantized.onnx for q8.
 */
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { PEERS } from './peers.ts';

const [folder = '', mode = '', dtype = 'fp32'] = process.argv.slice(2);
const pooling = mode === 'lasttoken' ? 'last_token' : mode;
const module = createRequire(`${PEERS}/package.json`).resolve('@huggingface/transformers');
const { env, pipeline } = await import(pathToFileURL(module).href);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const extract = await pipeline('feature-extraction', basename(folder), { dtype });
const embeddings = await extract(JSON.parse(await text(process.stdin)), { pooling, normalize: true });
process.stdout.write(JSON.stringify(embeddings.tolist()));
