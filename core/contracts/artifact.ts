import { z } from 'zod';

/** A pointer to immutable bytes in an artifact store; the only form in which anything large crosses the workflow. */
export const ArtifactRef = z.object({
  /** Where the bytes lie: `file:///…` or `s3://bucket/key`. */
  uri: z.string(),
  /** Lower-case hex SHA-256 of the bytes; every reader checks it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

/** A folder of artifacts: a sentence-transformers model, for instance. Paths are relative, `/`-separated, sorted. */
export const ArtifactFolder = z.array(z.object({ path: z.string(), ref: ArtifactRef }));
export type ArtifactFolder = z.infer<typeof ArtifactFolder>;
