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
  /** int32 [texts, heads, longest]: for every place the row of [tokens·heads, size] that stands there. */
  readonly rows: Value;
  /** int32 [tokens of the group, heads]: for every token and head its place in [texts·heads·longest, size]. */
  readonly places: Value;
  /** float32 [texts, 1, 1, longest]: 0 where there is a token, very negative where there is padding. */
  readonly padding: Value;
  /** float32 [texts, 1, longest, 1]: 1 where there is a token, else 0. Only the gradient needs it. */
  readonly real?: Value;
  /** What is added to the scores beside `padding`, [heads or 1, longest, longest]. */
  readonly bias?: Value;
  /** Dropout's mask of the attention weights, [texts, heads, longest, longest]. */
  readonly mask?: Value;
}

/**
 * softmax(QKᵀ·scale + bias)V over packed tokens [tokens, heads·size], padded only within length groups.
 * The gradient is given as a whole: D = rowsum(O∘dO) stands in for the softmax Jacobian, with dropout too (Dao et al. 2022, FlashAttention,
 * B.2), and all moves are row gathers in both directions, since the maps are known both ways.
 * @param size Width of one head.
 */
export function packedAttention(
  q: Value,
  k: Value,
  v: Value,
  groups: readonly LengthGroup[],
  { size, scale }: { size: number; scale: number },
): Value {
  const { graph } = q;
  const rows = (x: Value) => reshape(x, [graph.freshDim('rows'), size]);
  const unpad = (x: Value, { places }: LengthGroup) => gather(rows(x), places);
  const join = (parts: readonly Value[]) => reshape(parts.length > 1 ? concat(parts, 0) : parts[0], q.shape);

  const [qs, ks, vs] = [rows(q), rows(k), rows(v)];
  const padded = groups.map((group) => {
    const [Q, K, V] = [gather(qs, group.rows), gather(ks, group.rows), gather(vs, group.rows)];
    const scores = add(matMul(Q, K, { transB: true, alpha: scale }), group.padding);
    const A = softmax(group.bias ? add(scores, group.bias) : scores);
    const kept = group.mask ? mul(A, group.mask) : A;
    return { group, Q, K, V, A, kept, O: matMul(kept, V) };
  });
  const y = join(padded.map(({ group, O }) => unpad(O, group)));
  const biases = groups.flatMap(({ bias }) => bias ?? []);

  return graph.withGradient(y, [q, k, v, ...biases], (gradient) => {
    const gs = rows(gradient);
    const parts = padded.map(({ group, Q, K, V, A, kept, O }) => {
      if (!group.real) throw new Error('this attention was made for inference: its length groups lack `real`');
      // Padding repeats a real row, so its part of the gradient must not count.
      const dO = mul(gather(gs, group.rows), group.real);
      const D = sum(mul(dO, O), [-1], { keep: true });
      const dKept = matMul(dO, V, { transB: true });
      const dS = group.mask ? sub(mul(kept, dKept), mul(A, D)) : mul(A, sub(dKept, D));
      const dQ = matMul(dS, K, { alpha: scale });
      const dK = matMul(dS, Q, { transA: true, alpha: scale });
      const dV = matMul(kept, dO, { transA: true });
      return { dS, moved: [dQ, dK, dV].map((x) => unpad(x, group)) };
    });
    const moved = [0, 1, 2].map((i) => join(parts.map((part) => part.moved[i])));
    return biases.length > 0 ? [...moved, ...parts.map(({ dS }) => dS)] : moved;
  });
}

/** The same over a padded batch [texts·length, heads·size], without a gradient: for the exported model. */
export function paddedAttention(
  q: Value,
  k: Value,
  v: Value,
  biases: readonly Value[],
  { texts, length, heads, size, scale }: { texts: string; length: string; heads: number; size: number; scale: number },
): Value {
  const apart = (x: Value, perm: readonly number[]) => transpose(reshape(x, [texts, length, heads, size]), perm);
  const scores = mul(matMul(apart(q, [0, 2, 1, 3]), apart(k, [0, 2, 3, 1])), scale);
  const A = softmax(biases.reduce((total, bias) => add(total, bias), scores));
  return reshape(transpose(matMul(A, apart(v, [0, 2, 1, 3])), [0, 2, 1, 3]), q.shape);
}
