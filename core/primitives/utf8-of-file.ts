import { isUtf8 } from 'node:buffer';
import { Fault, type FaultKind } from '../contracts/fault.ts';

export const SAVE_AS_UTF8 = 'Save it as UTF-8; in Python: open(file, "w", encoding="utf-8").';

/**
 * The text of a configuration file, which has to be UTF-8; without a byte order mark.
 * @param name the name of the file in messages.
 * @throws Fault `kind` (default `input`) if it is not, instead of replacing characters.
 */
export function utf8OfFile(bytes: Uint8Array, name: string, kind: FaultKind = 'input'): string {
  const text = new TextDecoder().decode(bytes);
  // Text in UTF-16 is often valid UTF-8, with zero bytes.
  if (isUtf8(bytes) && !text.includes('\0')) return text;
  const at = Math.max(text.search(/[\ufffd\0]/), 0);
  const line = text.slice(0, at).split('\n').length;
  throw new Fault(kind, `${name} is not UTF-8 (line ${line}).`, SAVE_AS_UTF8);
}
