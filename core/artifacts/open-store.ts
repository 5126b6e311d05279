import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactStore, OpenStoreOptions } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { openFilesystemStore } from './filesystem.ts';

/**
 * Opens the artifact store at `s3://bucket/prefix`, `file:///folder` or a plain path.
 * @throws Fault `config` for other schemes, or if the folder or bucket cannot be used as a store.
 */
export async function openStore(uri: string, options: OpenStoreOptions = {}): Promise<ArtifactStore> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return openFilesystemStore(resolve(uri));
  if (scheme === 'file') return openFilesystemStore(fileURLToPath(uri));
  // Imported on demand: the SDK takes as long to load as everything else together.
  if (scheme === 's3') return (await import('./s3/store.ts')).openS3Store(uri, options);
  throw new Fault(
    'config',
    `There is no store driver for ${scheme}:// URIs.`,
    'Name a folder, a file:// URI, or s3://bucket/prefix.',
  );
}
