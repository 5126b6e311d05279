/**
 * `data[].embedding` of OpenAI's answer in the order of `index`, as it was sent: lists of numbers, or base64 of float32
 * (little-endian), which some servers send unasked. NaN stands for what is no number.
 * @throws SyntaxError if there is not one vector a text; its message is a predicate of the endpoint.
 */
export function readVectors(json: unknown, count: number): Float32Array[] {
  const data = (json as { data?: { index?: number; embedding?: unknown }[] } | null)?.data;
  if (!Array.isArray(data) || data.length !== count)
    throw new SyntaxError('answered with something else than one vector a text');
  const embeddings = new Array<Float32Array>(count);
  data.forEach((item, position) => {
    embeddings[item?.index ?? position] = readVector(item?.embedding);
  });
  // `includes` finds the holes that a wrong index leaves.
  if (embeddings.length !== count || (embeddings as unknown[]).includes(undefined)) {
    throw new SyntaxError('answered with a vector too few');
  }
  return embeddings;
}

/** One vector, as `readVectors`. @throws SyntaxError */
export function readVector(value: unknown): Float32Array {
  if (Array.isArray(value) && value.length > 0)
    return Float32Array.from(value, (x) => (typeof x === 'number' ? x : Number.NaN));
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length > 0 && bytes.length % 4 === 0)
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  }
  throw new SyntaxError('answered with something that is not a vector');
}
