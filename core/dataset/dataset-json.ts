import { isUtf8 } from 'node:buffer';
import type { QADataset } from '../contracts/dataset.ts';
import { decodeLines, encodeLines } from '../primitives/text-lines.ts';
import { textOfFile } from '../primitives/text-of-file.ts';

/*
 * A dataset as JSON with one entry per line, so that no string has to hold the whole file: V8 limits strings to half a
 * gigabyte. Any other reader can read it as ordinary JSON.
 */
const FIRST = '{"queries":{\n';
const SECTION = /^\},"([a-z_]+)":\{$/;
const LAST = /^\},"mode":(".*")\}$/;

/** UTF-8 JSON with one entry per line. Yields to the event loop. */
export function encodeDataset(dataset: QADataset): Promise<Uint8Array> {
  return encodeLines(datasetLines(dataset));
}

/** Invariant: `decodeByLine` reads exactly this layout; a change here needs the same change there. */
function* datasetLines({ mode, queries, ...others }: QADataset): Generator<string> {
  let opening = '{';
  for (const [name, entries] of Object.entries({ queries, ...others })) {
    if (entries === undefined) continue;
    yield `${opening}${JSON.stringify(name)}:{`;
    let entry: string | undefined;
    for (const [key, value] of Object.entries(entries)) {
      if (entry !== undefined) yield `${entry},`;
      entry = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    }
    if (entry !== undefined) yield entry;
    opening = '},';
  }
  yield `${opening}"mode":${JSON.stringify(mode)}}`;
}

/**
 * Parses a dataset file: the same value as `JSON.parse`. A file that `encodeDataset` wrote may have any length; other
 * JSON has to fit into one string. It may be in any encoding: on Windows, Python's `open` writes that of the system,
 * such as GBK.
 * @param name the name of the file in messages.
 * @throws Fault `input` if it cannot be decoded without loss; SyntaxError if it is not JSON; another Error if it is too
 *   long.
 */
export function decodeDataset(bytes: Uint8Array, name = 'the dataset'): unknown {
  return decodeByLine(bytes) ?? JSON.parse(textOfFile(bytes, name));
}

/** Parses the layout of `datasetLines` line by line; undefined if the file has any other layout. */
function decodeByLine(bytes: Uint8Array): unknown {
  if (!Buffer.from(FIRST).equals(bytes.subarray(0, FIRST.length)) || !isUtf8(bytes)) return undefined;
  const sections: [name: string, entries: Map<string, unknown>][] = [['queries', new Map()]];
  let mode: string | undefined;
  let [entryAllowed, endAllowed] = [true, true];
  for (const line of decodeLines(bytes.subarray(FIRST.length))) {
    if (mode !== undefined) return undefined;
    const name = SECTION.exec(line)?.[1];
    const last = LAST.exec(line)?.[1];
    if (name === undefined && last === undefined) {
      const isLast = !line.endsWith(',');
      const entries =
        entryAllowed && line.startsWith('"') && parseOrUndefined(`{${isLast ? line : line.slice(0, -1)}}`);
      if (!entries) return undefined;
      for (const [key, value] of Object.entries(entries)) sections.at(-1)?.[1].set(key, value);
      [entryAllowed, endAllowed] = [!isLast, isLast];
      continue;
    }
    if (!endAllowed) return undefined;
    if (name !== undefined) {
      sections.push([name, new Map()]);
      entryAllowed = true;
    } else mode = parseOrUndefined(last as string) as string | undefined;
  }
  if (mode === undefined) return undefined;
  return { ...Object.fromEntries(sections.map(([name, entries]) => [name, Object.fromEntries(entries)])), mode };
}

function parseOrUndefined(json: string): object | string | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
