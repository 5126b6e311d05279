/** Inner product of two vectors of the same length; the cosine if both are L2-normalised. */
export function dot(a: Float32Array, b: Float32Array): number {
  let even = 0;
  let odd = 0;
  const paired = a.length - (a.length % 2);
  for (let i = 0; i < paired; i += 2) {
    even += (a[i] as number) * (b[i] as number);
    odd += (a[i + 1] as number) * (b[i + 1] as number);
  }
  if (paired < a.length) odd += (a[paired] as number) * (b[paired] as number);
  return even + odd;
}
