import { readFile } from 'node:fs/promises';
import { Fault } from '../../contracts/fault.ts';

/**
 * Reads and parses a JSON file.
 * @param advice What to do if the file is missing or invalid, as a sentence.
 * @throws Fault `input` if the file is missing, cannot be read or is not JSON.
 */
export async function readJson(file: string, advice: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Fault('input', `${file} is missing.`, advice, { cause });
    throw new Fault('input', `${file} cannot be read.`, advice, { cause });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Fault('input', `${file} is not valid JSON.`, advice, { cause });
  }
}
