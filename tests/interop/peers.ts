import { fileURLToPath } from 'node:url';

/** An npm project with @huggingface/transformers: apart from ours, as it brings an onnxruntime-node of its own. */
export const PEERS = fileURLToPath(new URL('../../.cache/interop-npm', import.meta.url));

/** The last llama-index-core that has `EmbeddingQAFinetuneDataset`, and the package that it moved to. */
export const LLAMA_INDEX = { core: 'llama-index-core==0.13.6', finetuning: 'llama-index-finetuning==0.4.2' };

/** An environment of its own, as it is none of torch's business. */
export const LLAMA_INDEX_VENV = fileURLToPath(new URL('../../.cache/interop-llama-index', import.meta.url));
export const LLAMA_INDEX_PYTHON = `${LLAMA_INDEX_VENV}/bin/python`;
