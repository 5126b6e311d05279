/** Where texts are embedded: the base URL of an OpenAI-compatible API, and the name of the model there. */
export interface Endpoint {
  readonly url: string;
  readonly model: string;
}

/** What clients that ask without a pause get. */
export interface Throughput {
  readonly texts: number;
  readonly seconds: number;
  /** Of each request. */
  readonly milliseconds: readonly number[];
}

/**
 * Embeds the texts in requests of `rows`, so many clients at once, in turn from the beginning again until the time is
 * over. Vectors are asked for as base64, as OpenAI's clients do.
 */
export async function askAtOnce(
  endpoint: Endpoint,
  texts: readonly string[],
  { clients, rows, seconds }: { readonly clients: number; readonly rows: number; readonly seconds: number },
): Promise<Throughput> {
  const milliseconds: number[] = [];
  const began = performance.now();
  const ends = began + seconds * 1000;
  let next = 0;
  const client = async () => {
    while (performance.now() < ends) {
      const first = (next++ * rows) % texts.length;
      const asked = Array.from({ length: rows }, (_, i) => texts[(first + i) % texts.length] as string);
      const sentAt = performance.now();
      await embed(endpoint, asked);
      milliseconds.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  // Until the last answer, as that is counted too.
  return { texts: milliseconds.length * rows, seconds: (performance.now() - began) / 1000, milliseconds };
}

/** @throws Error if the endpoint refuses, or answers with another number of vectors. */
export async function embed({ url, model }: Endpoint, input: readonly string[]): Promise<Float32Array[]> {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input, encoding_format: 'base64' }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${answer}`);
  const { data } = JSON.parse(answer) as { data: { embedding: string }[] };
  if (data.length !== input.length) throw new Error(`${url}: ${data.length} vectors for ${input.length} texts`);
  return data.map(({ embedding }) => new Float32Array(new Uint8Array(Buffer.from(embedding, 'base64')).buffer));
}

/** Lowest cosine between the vectors of two endpoints for the same text; vectors need not have length 1. */
export async function lowestCosine(a: Endpoint, b: Endpoint, texts: readonly string[]): Promise<number> {
  const [ofA, ofB] = await Promise.all([embed(a, texts), embed(b, texts)]);
  return Math.min(...ofA.map((vector, i) => cosine(vector, ofB[i] as Float32Array)));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
