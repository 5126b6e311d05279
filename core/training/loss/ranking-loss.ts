import {
  add,
  eyeLike,
  logSoftmax,
  matMul,
  mean,
  mul,
  neg,
  relu,
  sign,
  splitAt,
  sub,
  sum,
  transpose,
  type Value,
} from '../../autodiff/index.ts';
import { normalise } from '../../encoder/forward/pooling.ts';

export interface LossOptions {
  /** Factor on the cosine; 20 in sentence-transformers. */
  readonly scale: number;
  /**
   * Also rank the queries of the batch for each passage; both directions count half (both `directions` in
   * sentence-transformers). Default false.
   */
  readonly symmetric?: boolean | undefined;
  /**
   * A document whose cosine exceeds that of the query's own passage by more than this is taken for an unlabelled
   * positive and left out for that query (0.1 in Zhang et al. 2025, Qwen3 Embedding; GISTEmbedLoss with the model as
   * its own guide). Default: none is.
   */
  readonly falseNegativeMargin?: number | undefined;
  /**
   * Queries may share a passage, so the input `positives`, float32 [queries, documents], has a 1 at the passage of each
   * query. Not with `symmetric`. Default false: query i has document i.
   */
  readonly sharedPassages?: boolean | undefined;
  /**
   * Widths that the embeddings are also cut to (Kusupati et al. 2022, Matryoshka Representation Learning); the loss is
   * the weighted sum over the widths. Default: the full width alone.
   */
  readonly matryoshka?: readonly { readonly width: number; readonly weight: number }[] | undefined;
}

/** A score that takes no part in a softmax. */
const MASKED = -1e9;

/**
 * MultipleNegativesRankingLoss (Henderson et al. 2017; the same name in sentence-transformers): the cross entropy of
 * each query's own passage among all documents of the batch, over scaled cosines. Declares the inputs `counts`, int64
 * [2], the number of queries and of documents, and `knownPositives`, float32 [queries, documents], which is 1 at
 * documents that are no negatives of a query though they are not its own passage, else 0.
 * @param embeddings L2-normalised, [queries + documents, width]: queries, their passages in the same order, then hard
 * negatives, if any.
 * @returns float32 [].
 */
export function rankingLoss(embeddings: Value, { matryoshka, sharedPassages, ...options }: LossOptions): Value {
  const { graph } = embeddings;
  const counts = graph.input('counts', 'int64', [2]);
  const mask = mul(graph.input('knownPositives', 'float32', ['queries', 'documents']), MASKED);
  const positives = sharedPassages ? graph.input('positives', 'float32', ['queries', 'documents']) : undefined;
  const fullWidth = embeddings.shape[1] as number;
  const losses = (matryoshka ?? [{ width: fullWidth, weight: 1 }]).map(({ width, weight }) => {
    const cut = width === fullWidth ? embeddings : normalise(firstColumns(embeddings, fullWidth, width));
    const [queries, documents] = splitAt(cut, counts, ['queries', 'documents'], 0) as [Value, Value];
    const loss = contrastiveLoss(queries, documents, { mask, positives }, options);
    return weight === 1 ? loss : mul(loss, weight);
  });
  return losses.reduce((total, loss) => add(total, loss));
}

/**
 * @param matrices [queries, documents]: `mask` is added to the scores; `positives` is 1 at each query's own passage, by
 * default on the diagonal.
 */
function contrastiveLoss(
  queries: Value,
  documents: Value,
  { mask, positives: given }: { readonly mask: Value; readonly positives: Value | undefined },
  { scale, symmetric = false, falseNegativeMargin }: Omit<LossOptions, 'matryoshka' | 'sharedPassages'>,
): Value {
  const cosines = matMul(queries, documents, { transB: true, alpha: scale });
  // Columns of hard negatives are zero.
  const positives = given ?? eyeLike(cosines);
  let scores = add(cosines, mask);
  if (falseNegativeMargin !== undefined) {
    const positiveScores = sum(mul(cosines, positives), [1], { keep: true });
    // `sign` has no gradient: which documents are left out is not trained.
    const above = relu(sign(sub(cosines, add(positiveScores, scale * falseNegativeMargin))));
    scores = add(scores, mul(mul(above, sub(above.graph.float(1), positives)), MASKED));
  }
  const queryToPassage = sum(mul(logSoftmax(scores), positives), [1]);
  if (!symmetric) return neg(mean(queryToPassage));
  const passageToQuery = sum(mul(logSoftmax(transpose(scores, [1, 0])), transpose(positives, [1, 0])), [0]);
  return mul(mean(add(queryToPassage, passageToQuery)), -0.5);
}

function firstColumns(x: Value, fullWidth: number, width: number): Value {
  const widths = [width, fullWidth - width];
  return splitAt(x, x.graph.int(widths), widths, 1)[0] as Value;
}
