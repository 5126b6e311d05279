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
  /** Also find the query of each passage among the batch's queries, half of the loss each (`directions` both in sentence-transformers). */
  readonly symmetric?: boolean;
  /**
   * A document that scores above a query's own passage by more than this cosine is taken for an unlabelled answer and left out for that query
   * (0.1 in Zhang et al. 2025, Qwen3 Embedding; GISTEmbedLoss with the model as its own guide).
   */
  readonly falseNegativeMargin?: number;
  /** Widths at which rows must also do when cut off (Kusupati et al. 2022); the losses are summed. Default: the rows' own alone. */
  readonly matryoshka?: readonly { readonly width: number; readonly weight: number }[];
}

/** Leaves a score out of a softmax. */
const NEVER = -1e9;

/**
 * MultipleNegativesRankingLoss (Henderson et al. 2017; sentence-transformers' of that name): each query's own passage against all other documents
 * of the batch, by cross entropy over scaled cosines. Declares the inputs `sides`, int64 [2], how many rows are queries and how many documents,
 * and `known`, float32 [queries, documents], 1 at documents that are no negatives of a query though they are not its own, else 0.
 * @param rows L2-normalised, [queries + documents, width]: the queries, their passages in the same order, then hard negatives, if any.
 */
export function rankingLoss(rows: Value, { matryoshka, ...options }: LossOptions): Value {
  const { graph } = rows;
  const sides = graph.input('sides', 'int64', [2]);
  const excluded = mul(graph.input('known', 'float32', ['queries', 'documents']), NEVER);
  const whole = rows.shape[1] as number;
  const losses = (matryoshka ?? [{ width: whole, weight: 1 }]).map(({ width, weight }) => {
    const cut = width === whole ? rows : normalise(firstColumns(rows, whole, width));
    const [queries, documents] = splitAt(cut, sides, ['queries', 'documents'], 0) as [Value, Value];
    const loss = contrast(queries, documents, excluded, options);
    return weight === 1 ? loss : mul(loss, weight);
  });
  return losses.reduce((total, loss) => add(total, loss));
}

function contrast(
  queries: Value,
  documents: Value,
  excluded: Value,
  { scale, symmetric = false, falseNegativeMargin }: Omit<LossOptions, 'matryoshka'>,
): Value {
  const cosines = matMul(queries, documents, { transB: true, alpha: scale });
  const own = eyeLike(cosines);
  let scores = add(cosines, excluded);
  if (falseNegativeMargin !== undefined) {
    const right = sum(mul(cosines, own), [1], { keep: true });
    // `sign` has no gradient: the decision is not trained.
    const above = relu(sign(sub(cosines, add(right, scale * falseNegativeMargin))));
    scores = add(scores, mul(mul(above, sub(above.graph.float(1), own)), NEVER));
  }
  const forth = sum(mul(logSoftmax(scores), own), [1]);
  if (!symmetric) return neg(mean(forth));
  // Hard negatives have no query to be found; `own` is zero there.
  const back = sum(mul(logSoftmax(transpose(scores, [1, 0])), transpose(own, [1, 0])), [0]);
  return mul(mean(add(forth, back)), -0.5);
}

function firstColumns(x: Value, whole: number, width: number): Value {
  return splitAt(x, x.graph.int([width, whole - width]), [width, whole - width], 1)[0] as Value;
}
