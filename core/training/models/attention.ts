import {
  add,
  concat,
  gather,
  matMul,
  mul,
  reshape,
  softmax,
  sub,
  sum,
  transpose,
  type Value,
} from '../autodiff/index.ts';

/** Texts of similar length, padded together; the index maps are made by packing.ts. */
export interface LengthGroup {
  /** int64 [texts, heads, longest]: for every place the row of [tokens·heads, size] that stands there. */
  readonly rows: Value;
  /** int64 [tokens of the group, heads]: for every token and head its place in [texts·heads·longest, size]. */
  readonly places: Value;
  /** float32 [texts, 1, 1, longest]: 0 where there is a token, very negative where there is padding. */
  readonly bias: Value;
  /** float32 [texts, 1, longest, 1]: 1 where there is a token, else 0. Only the gradient needs it. */
  readonly real?: Value;
}

/**
 * softmax(QKᵀ/√d)V over packed tokens [tokens, heads·size], padded only within length groups.
 * The gradient is given as a whole: D = rowsum(O∘dO) stands in for the softmax Jacobian (Dao et al. 2022, FlashAttention, B.2), and all moves
 * are row gathers in both directions, since the maps are known both ways.
 * @param size Width of one head.
 */
export function packedAttention(q: Value, k: Value, v: Value, groups: readonly LengthGroup[], size: number): Value {
  const alpha = 1 / Math.sqrt(size);
  const { graph } = q;
  const [tokens, hidden] = q.shape as [string, number];
  const rows = (x: Value) => reshape(x, [graph.freshDim('rows'), size]);
  const unpad = (x: Value, { places }: LengthGroup) => gather(rows(x), places);
  const join = (parts: readonly Value[]) => reshape(parts.length > 1 ? concat(parts, 0) : parts[0], [tokens, hidden]);

  const [qs, ks, vs] = [rows(q), rows(k), rows(v)];
  const padded = groups.map((group) => {
    const [Q, K, V] = [gather(qs, group.rows), gather(ks, group.rows), gather(vs, group.rows)];
    const A = softmax(add(matMul(Q, K, { transB: true, alpha }), group.bias));
    return { group, Q, K, V, A, O: matMul(A, V) };
  });
  const y = join(padded.map(({ group, O }) => unpad(O, group)));

  return graph.withGradient(y, [q, k, v], (gradient) => {
    const gs = rows(gradient);
    const parts = padded.map(({ group, Q, K, V, A, O }) => {
      if (!group.real) throw new Error('this attention was made for inference: its length groups lack `real`');
      // Padding repeats a real row, so its part of the gradient must not count.
      const dO = mul(gather(gs, group.rows), group.real);
      const D = sum(mul(dO, O), [-1], { keep: true });
      const dS = mul(A, sub(matMul(dO, V, { transB: true }), D));
      const dQ = matMul(dS, K, { alpha });
      const dK = matMul(dS, Q, { transA: true, alpha });
      const dV = matMul(A, dO, { transA: true });
      return [dQ, dK, dV].map((x) => unpad(x, group));
    });
    return [0, 1, 2].map((i) => join(parts.map((part) => part[i])));
  });
}

/** The same over a padded batch [texts·length, hidden], in standard operators only: for the exported model. */
export function paddedAttention(
  q: Value,
  k: Value,
  v: Value,
  bias: Value,
  { texts, length, heads, size }: { texts: string; length: string; heads: number; size: number },
): Value {
  const apart = (x: Value, perm: readonly number[]) => transpose(reshape(x, [texts, length, heads, size]), perm);
  const scores = mul(matMul(apart(q, [0, 2, 1, 3]), apart(k, [0, 2, 3, 1])), 1 / Math.sqrt(size));
  const O = matMul(softmax(add(scores, bias)), apart(v, [0, 2, 1, 3]));
  return reshape(transpose(O, [0, 2, 1, 3]), q.shape);
}
