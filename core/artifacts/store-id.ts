import { randomUUID } from 'node:crypto';
import type { ArtifactStore } from '../contracts/artifact-store.ts';

const KEY = 'store-id';

/** The id of a store, which it gets when it is first asked for: the same by whatever path or address it is reached. */
export async function storeId(store: ArtifactStore): Promise<string> {
  const read = async () => new TextDecoder().decode(await store.get(KEY)).trim();
  const id = await read();
  if (id !== '') return id;
  await store.putIfAbsent(KEY, new TextEncoder().encode(`${randomUUID()}\n`));
  return read();
}
