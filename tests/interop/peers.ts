import { fileURLToPath } from 'node:url';

/**
 * An npm project with @huggingface/transformers, outside of this one because it depends on another onnxruntime-node.
 */
export const PEERS = fileURLToPath(new URL('../../.cache/interop-npm', import.meta.url));

/**
 * The last version of llama-index-core that has `EmbeddingQAFinetuneDataset`, and the package to which the class moved.
 */
export const LLAMA_INDEX = { core: 'llama-index-core==0.13.6', finetuning: 'llama-index-finetuning==0.4.2' };

/** Python environment of llama-index, separate from that of torch. */
export const LLAMA_INDEX_VENV = fileURLToPath(new URL('../../.cache/interop-llama-index', import.meta.url));
export const LLAMA_INDEX_PYTHON = `${LLAMA_INDEX_VENV}/bin/python`;

/** Experiment trackers, and their Python environment. */
export const TRACKERS = ['mlflow==3.17.2', 'tensorboard==2.21.0'];
export const TRACKERS_VENV = fileURLToPath(new URL('../../.cache/interop-trackers', import.meta.url));

/** The verifier of OpenSSF Model Signing. It imports pyOpenSSL without requiring it. */
export const MODEL_SIGNING = ['model-signing==1.1.1', 'pyopenssl'];
export const SIGNING_VENV = fileURLToPath(new URL('../../.cache/interop-signing', import.meta.url));
