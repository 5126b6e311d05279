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

/** Where the tokens of a length group stand among its padded places, and the other way round; made by packing.ts. */
export interface PlaceMap {
  /** int32 [texts, heads, longest]: for every place the row of [tokens·heads, size] that stands there. */
  readonly rows: Value;
  /** int32 [tokens of the group, heads]: for every token and head its place in [texts·heads·longest, size]. */
  readonly places: Value;
  /** float32 [texts, 1, longest, 1]: 1 where there is a token, else 0; absent where all are. Only the gradient needs it. */
  readonly real?: Value;
}

/** Texts of similar length, padded together. */
export interface LengthGroup {
  readonly keys: PlaceMap;
  /** Default: every token asks. */
  readonly queries?: PlaceMap;
  /** float32 [texts, 1, 1, longest]: 0 where there is a token, very negative where there is padding. */
  readonly padding: Value;
  /** What is added to the scores beside `padding`, [heads or 1, longest, longest]. */
  readonly bias?: Value;
  /** Dropout's mask of the attention weights, [texts, heads, places of the queries, longest]. */
  readonly mask?: Value;
}

/**
 * softmax(QKᵀ·scale + bias)V over packed tokens [tokens, heads·size], padded only within length groups; queries may be fewer than keys.
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
  const unpad = (x: Value, { places }: PlaceMap) => gather(rows(x), places);
  const join = (parts: readonly Value[], { shape }: Value) =>
    reshape(parts.length > 1 ? concat(parts, 0) : parts[0], shape);

  const [qs, ks, vs] = [rows(q), rows(k), rows(v)];
  const padded = groups.map((group) => {
    const { keys, queries = keys } = group;
    const [Q, K, V] = [gather(qs, queries.rows), gather(ks, keys.rows), gather(vs, keys.rows)];
    const scores = add(matMul(Q, K, { transB: true, alpha: scale }), group.padding);
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
    const gs = rows(gradient);
    const parts = padded.map(({ group, keys, queries, Q, K, V, A, kept, O }) => {
      const asked = gather(gs, queries.rows);
      // Padding repeats a real row, so its part of the gradient must not count.
      const dO = queries.real ? mul(asked, queries.real) : asked;
      const D = sum(mul(dO, O), [-1], { keep: true });
      const dKept = matMul(dO, V, { transB: true });
      const dS = group.mask ? sub(mul(kept, dKept), mul(A, D)) : mul(A, sub(dKept, D));
      const dQ = matMul(dS, K, { alpha: scale });
      const dK = matMul(dS, Q, { transA: true, alpha: scale });
      const dV = matMul(kept, dO, { transA: true });
      return { dS, moved: [unpad(dQ, queries), unpad(dK, keys), unpad(dV, keys)] };
    });
    const moved = [q, k, v].map((x, i) =>
      join(
        parts.map((part) => part.moved[i] as Value),
        x,
      ),
    );
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
