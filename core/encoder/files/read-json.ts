import { readFile } from 'node:fs/promises';
import { Fault } from '../../contracts/fault.ts';

/**
 * @param advice What to do if it is missing or broken, as a sentence.
 * @param decode What `JSON.parse` would make of the file's bytes.
 * @throws Fault `input` if the file is missing or not JSON.
 */
export async function readJson(
  file: string,
  advice: string,
  decode: (bytes: Uint8Array) => unknown = (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Fault('input', `${file} is missing.`, advice, { cause });
    throw new Fault('input', `${file} cannot be read.`, advice, { cause });
  }
  try {
    return decode(bytes);
  } catch (cause) {
    throw new Fault('input', `${file} is not valid JSON.`, advice, { cause });
  }
}
