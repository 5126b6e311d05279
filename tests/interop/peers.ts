import { fileURLToPath } from 'node:url';

/** An npm project with @huggingface/transformers: apart from ours, as it brings an onnxruntime-node of its own. */
export const PEERS = fileURLToPath(new URL('../../.cache/interop-npm', import.meta.url));
