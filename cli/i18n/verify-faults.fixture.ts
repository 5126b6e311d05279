import { readModelFolder } from '../../core/encoder/files/model-folder.ts';
import { POOLINGS } from '../../core/encoder/forward/pooling.ts';
import { SERVER_APIS } from '../../core/provider/embedding-server.ts';
import { advise } from '../../core/verify/advise.ts';
import { FAULT_IDS, hypotheses, POOLING_WORDS } from '../../core/verify/hypotheses.ts';
import type { Variant } from '../../core/verify/variant.ts';

const MODEL_WITH_DENSE = new URL('../../tests/recorded/architectures/bert-dense/model', import.meta.url).pathname;
const own: Omit<Variant, 'pooling'> = {
  base: false,
  withoutDense: false,
  withoutAdapter: false,
  lowerCase: true,
  specialTokens: true,
  maxLength: 512,
  prompts: { query: 'query: ', passage: 'passage: ' },
  rewrite: 'none',
  dimensions: undefined,
};

/** The advice on every fault, for every server and model. */
export function allAdvice(): string[] {
  const advice = FAULT_IDS.flatMap((fault) =>
    SERVER_APIS.flatMap((api) =>
      POOLINGS.flatMap((pooling) =>
        [true, false].map((serverAddsPrompts) => advise(fault, { api, own: { ...own, pooling }, serverAddsPrompts })),
      ),
    ),
  );
  return [...new Set(advice)];
}

/** What is said of a server that does any one thing otherwise, or is nearest to two. */
export async function allHypotheses(): Promise<string[]> {
  const { encoder } = await readModelFolder(MODEL_WITH_DENSE);
  const does = POOLINGS.flatMap((pooling) =>
    hypotheses({
      own: { ...own, pooling },
      model: { encoder, queryAdapter: new Float32Array(1) },
      prompts: own.prompts,
      knownPrompts: ['Represent this sentence for searching relevant passages: '],
      hasBase: true,
      servedDimension: 1,
    }).map((hypothesis) => hypothesis.does),
  );
  return [...new Set(does)].flatMap((one) => [
    `The server ${one}.`,
    `They are nearest if the server ${one}.`,
    `They are nearest if the server ${one} and also ${POOLING_WORDS.cls}.`,
  ]);
}
