import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./results', import.meta.url));
const STARTED = new Date().toISOString().slice(0, 19).replaceAll(':', '-');

/**
 * Writes a file to `bench/results/`, with the start of this process in its name. A later call with the same name
 * replaces it.
 * @param name With an extension: `training.json`.
 * @returns Its path.
 */
export async function saveResult(name: string, content: string): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const [stem, extension] = name.split('.');
  const path = `${FOLDER}/${stem}-${STARTED}.${extension}`;
  await writeFile(path, content);
  return path;
}
