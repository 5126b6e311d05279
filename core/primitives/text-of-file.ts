import { isUtf8 } from 'node:buffer';
import { Fault } from '../contracts/fault.ts';
import { decode } from './decode-text.ts';
import { decodeLines } from './text-lines.ts';
import { SAVE_AS_UTF8 } from './utf8-of-file.ts';

/**
 * The text of a file that a person or another program has written, in whatever encoding; without a byte order mark.
 * A file is decoded without loss or refused: a wrong character in a dataset or a prompt would be trained on.
 * @param name the name of the file in messages.
 * @throws Fault `input` if bytes are invalid, or if another encoding fits as well; Error if it is longer than a string.
 */
export function textOfFile(bytes: Uint8Array, name: string): string {
  const valid = isUtf8(bytes);
  const text = valid ? new TextDecoder().decode(bytes) : '';
  // Text in UTF-16 and ISO-2022 may be valid UTF-8, with these characters.
  if (valid && !text.includes('\0') && !text.includes('\u001b')) return text;
  const { text: decoded, encoding, doubtful } = decode(bytes);
  if (doubtful) {
    const message = `${name} is not UTF-8, and its encoding cannot be told (perhaps it is ${encoding}).`;
    throw new Fault('input', message, SAVE_AS_UTF8);
  }
  const at = decoded.indexOf('\ufffd');
  if (at === -1 || valid) return decoded;
  const line = decoded.slice(0, at).split('\n').length;
  throw new Fault('input', `${name} is not ${encoding} throughout: line ${line} has invalid bytes.`, SAVE_AS_UTF8);
}

/** Its lines. A file in UTF-8 may have any length. */
export function* linesOfFile(bytes: Uint8Array, name: string): Generator<string> {
  if (isUtf8(bytes) && !bytes.includes(0)) yield* decodeLines(bytes);
  else yield* textOfFile(bytes, name).split(/\r?\n/);
}
