import { z } from 'zod';

/** A reference to immutable bytes in an artifact store. Workflows pass large data only in this form. */
export const ArtifactRef = z.object({
  /** `file:///…` or `s3://bucket/key`. */
  uri: z.string(),
  /** Lower-case hex SHA-256 of the bytes; every reader checks it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

/** A folder of artifacts, such as a sentence-transformers model. Paths are relative, `/`-separated and sorted. */
export const ArtifactFolder = z.array(z.object({ path: z.string(), ref: ArtifactRef }));
export type ArtifactFolder = z.infer<typeof ArtifactFolder>;
