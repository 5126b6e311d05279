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
} from '../../autodiff/index.ts';

/** Maps between the packed tokens of a length group and the same tokens padded to the longest text; see packing.ts. */
export interface PaddingMap {
  /** int32 [texts, heads, longest]: for every padded place, the row of the packed [tokens·heads, headWidth] to read. */
  readonly toPadded: Value;
  /**
   * int32 [tokens of the group, heads]: for every token, the row of the padded [texts·heads·longest, headWidth] to
   * read.
   */
  readonly toPacked: Value;
  /**
   * float32 [texts, 1, longest, 1]: 1 for a token, 0 for padding. Only the gradient needs it. Absent if there is no
   * padding or no gradient.
   */
  readonly isToken?: Value | undefined;
}

/** Texts of similar length that are padded together. */
export interface LengthGroup {
  readonly keys: PaddingMap;
  /** Default: `keys`, every token is a query. */
  readonly queries?: PaddingMap;
  /** float32 [texts, 1, 1, longest]: 0 for a token, `MASKED` for padding. Is added to the scores. */
  readonly paddingBias: Value;
  /** Is added to the scores too, [heads or 1, longest, longest]. */
  readonly bias?: Value | undefined;
  /** Dropout mask of the attention weights, [texts, heads, padded places of the queries, longest]. */
  readonly mask?: Value | undefined;
}

/**
 * softmax(QKᵀ·scale + bias)V over packed tokens [tokens, heads·headWidth], padded only within length groups. There may
 * be fewer queries than keys.
 *
 * The gradient is defined as a whole: D = rowsum(O∘dO) replaces the Jacobian of softmax, also with dropout (Dao et al.
 * 2022, FlashAttention, B.2), and tokens are moved by row gathers in both directions, because the maps are known both
 * ways.
 */
export function packedAttention(
  q: Value,
  k: Value,
  v: Value,
  groups: readonly LengthGroup[],
  { headWidth, scale }: { headWidth: number; scale: number },
): Value {
  const { graph } = q;
  const byHead = (x: Value) => reshape(x, [graph.freshDim('rows'), headWidth]);
  const unpad = (x: Value, { toPacked }: PaddingMap) => gather(byHead(x), toPacked);
  const join = (parts: readonly Value[], { shape }: Value) => {
    const [first, ...others] = parts;
    return reshape(first && others.length === 0 ? first : concat(parts, 0), shape);
  };

  const [packedQ, packedK, packedV] = [byHead(q), byHead(k), byHead(v)];
  const padded = groups.map((group) => {
    const { keys, queries = keys } = group;
    const Q = gather(packedQ, queries.toPadded);
    const K = gather(packedK, keys.toPadded);
    const V = gather(packedV, keys.toPadded);
    const scores = add(matMul(Q, K, { transB: true, alpha: scale }), group.paddingBias);
    const A = softmax(group.bias ? add(scores, group.bias) : scores);
    const kept = group.mask ? mul(A, group.mask) : A;
    return { group, keys, queries, Q, K, V, A, kept, O: matMul(kept, V) };
  });
  const y = join(
    padded.map(({ queries, O }) => unpad(O, queries)),
    q,
  );
  const biases = groups.flatMap(({ bias }) => bias ?? []);

  return graph.withGradient(y, [q, k, v, ...biases], (gradient) => {
    const packedGradient = byHead(gradient);
    const parts = padded.map(({ group, keys, queries, Q, K, V, A, kept, O }) => {
      const paddedGradient = gather(packedGradient, queries.toPadded);
      // Padding repeats a token, whose gradient must not be counted again.
      const dO = queries.isToken ? mul(paddedGradient, queries.isToken) : paddedGradient;
      const D = sum(mul(dO, O), [-1], { keep: true });
      const dKept = matMul(dO, V, { transB: true });
      const dS = group.mask ? sub(mul(kept, dKept), mul(A, D)) : mul(A, sub(dKept, D));
      const dQ = matMul(dS, K, { alpha: scale });
      const dK = matMul(dS, Q, { transA: true, alpha: scale });
      const dV = matMul(kept, dO, { transA: true });
      return { dS, dq: unpad(dQ, queries), dk: unpad(dK, keys), dv: unpad(dV, keys) };
    });
    const gradients = [
      join(
        parts.map(({ dq }) => dq),
        q,
      ),
      join(
        parts.map(({ dk }) => dk),
        k,
      ),
      join(
        parts.map(({ dv }) => dv),
        v,
      ),
    ];
    return biases.length > 0 ? [...gradients, ...parts.map(({ dS }) => dS)] : gradients;
  });
}

/** The same over a padded batch [texts·length, heads·headWidth], without a gradient: for the exported model. */
export function paddedAttention(
  q: Value,
  k: Value,
  v: Value,
  biases: readonly Value[],
  sizes: { texts: string; length: string; heads: number; headWidth: number; scale: number },
): Value {
  const { texts, length, heads, headWidth, scale } = sizes;
  const byHead = (x: Value, perm: readonly number[]) => transpose(reshape(x, [texts, length, heads, headWidth]), perm);
  const scores = mul(matMul(byHead(q, [0, 2, 1, 3]), byHead(k, [0, 2, 3, 1])), scale);
  const A = softmax(biases.reduce((total, bias) => add(total, bias), scores));
  return reshape(transpose(matMul(A, byHead(v, [0, 2, 1, 3])), [0, 2, 1, 3]), q.shape);
}
