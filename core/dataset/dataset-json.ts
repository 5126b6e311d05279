import type { QADataset } from '../contracts/dataset.ts';
import { decodeLines, encodeLines } from '../primitives/text-lines.ts';

/*
 * A data set as JSON with one entry a line, so that it is never one string. To any other reader it is JSON like all JSON.
 */
const FIRST = '{"queries":{\n';
const SECTION = /^(?:\{|\},)"([a-z_]+)":\{$/;
const LAST = /^\},"mode":(".*")\}$/;

/** Gives way to the event loop. */
export function encodeDataset(dataset: QADataset): Promise<Uint8Array> {
  return encodeLines(datasetLines(dataset));
}

function* datasetLines({ mode, queries, ...others }: QADataset): Generator<string> {
  let before = '{';
  for (const [name, entries] of Object.entries({ queries, ...others })) {
    if (entries === undefined) continue;
    yield `${before}${JSON.stringify(name)}:{`;
    let entry: string | undefined;
    for (const [key, value] of Object.entries(entries)) {
      if (entry !== undefined) yield `${entry},`;
      entry = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    }
    if (entry !== undefined) yield entry;
    before = '},';
  }
  yield `${before}"mode":${JSON.stringify(mode)}}`;
}

/**
 * What `JSON.parse` makes of a data set's file, in this form or any other; only the others have to fit into one string.
 * @throws SyntaxError if it is not JSON, another Error if it is too long.
 */
export function decodeDataset(bytes: Uint8Array): unknown {
  return byLines(bytes) ?? JSON.parse(new TextDecoder().decode(bytes));
}

/** Undefined where anything is not as `datasetLines` has it. */
function byLines(bytes: Uint8Array): unknown {
  if (!Buffer.from(FIRST).equals(bytes.subarray(0, FIRST.length))) return undefined;
  const sections: [name: string, entries: Map<string, unknown>][] = [];
  let mode: string | undefined;
  let [mayGoOn, mayEnd] = [false, true];
  for (const line of decodeLines(bytes)) {
    if (mode !== undefined) return undefined;
    const name = SECTION.exec(line)?.[1];
    const last = LAST.exec(line)?.[1];
    if (name === undefined && last === undefined) {
      const isLast = !line.endsWith(',');
      const entries = mayGoOn && line.startsWith('"') && parsed(`{${isLast ? line : line.slice(0, -1)}}`);
      if (!entries) return undefined;
      for (const [key, value] of Object.entries(entries)) sections.at(-1)?.[1].set(key, value);
      [mayGoOn, mayEnd] = [!isLast, isLast];
      continue;
    }
    if (!mayEnd) return undefined;
    if (name !== undefined) {
      sections.push([name, new Map()]);
      mayGoOn = true;
    } else mode = parsed(last as string) as string | undefined;
  }
  if (mode === undefined) return undefined;
  return { ...Object.fromEntries(sections.map(([name, entries]) => [name, Object.fromEntries(entries)])), mode };
}

function parsed(json: string): object | string | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
