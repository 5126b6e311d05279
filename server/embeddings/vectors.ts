/** Representations that a client can ask for; those of OpenAI are `float` and `base64`. */
export const ENCODING_FORMATS = ['float', 'base64', 'int8'] as const;
export type EncodingFormat = (typeof ENCODING_FORMATS)[number];

/** The first `dimensions` values, scaled to length 1 again (Matryoshka representation, Kusupati et al. 2022). */
export function shorten(embedding: Float32Array, dimensions: number): Float32Array {
  if (dimensions === embedding.length) return embedding;
  const first = embedding.slice(0, dimensions);
  const norm = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? first : first.map((value) => value / norm);
}

/**
 * `float`: numbers. `base64`: little-endian float32. `int8`: integers of −127 to 127, scaled by each embedding's
 * greatest value, which leaves cosines as they are but for rounding.
 */
export function encode(embedding: Float32Array, format: EncodingFormat): number[] | string {
  if (format === 'float') return Array.from(embedding);
  if (format === 'base64') return Buffer.from(littleEndian(embedding)).toString('base64');
  const greatest = embedding.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return Array.from(embedding, (value) => (greatest === 0 ? 0 : Math.round((value / greatest) * 127)));
}

function littleEndian(values: Float32Array): ArrayBuffer {
  const bytes = new ArrayBuffer(values.length * 4);
  const view = new DataView(bytes);
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
  return bytes;
}
