import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
/** A Python environment with torch and sentence-transformers. */
export const VENV = `${cache}interop-venv`;
export const PYTHON = `${VENV}/bin/python`;
/** An npm project with @huggingface/transformers: apart from ours, as it brings an onnxruntime-node of its own. */
export const PEERS = `${cache}interop-npm`;
/** Where the real weights are kept between runs. */
export const MODEL_CACHE = `${cache}interop-models`;
