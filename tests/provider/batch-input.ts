/** One line of the input file of a batch: one request. */
export interface BatchLine {
  custom_id: string;
  method: string;
  url: string;
  // biome-ignore lint/suspicious/noExplicitAny: a request body is whatever the client sent.
  body: Record<string, any>;
}

/** An entry of `errors` of a failed batch. */
export interface BatchFault {
  code: string;
  message: string;
  param: string | null;
  line: number | null;
}

export interface InputLimits {
  /** Default 50,000. */
  maxLines: number;
  /** Default 200,000,000. */
  maxBytes: number;
}

/** Parses an input file. @returns its lines, and each fault for which OpenAI fails the whole batch. */
export function readInput(
  bytes: Buffer,
  endpoint: string,
  { maxLines = 50_000, maxBytes = 200_000_000 }: Partial<InputLimits>,
): { lines: BatchLine[]; faults: BatchFault[] } {
  const whole = (code: string, message: string) => ({
    lines: [],
    faults: [{ code, message, param: null, line: null }],
  });
  if (bytes.length > maxBytes) return whole('file_too_large', `The batch input file is larger than ${maxBytes} bytes.`);
  const texts = bytes
    .toString('utf8')
    .split('\n')
    .filter((text) => text.trim() !== '');
  if (texts.length === 0) return whole('empty_file', 'The input file is empty.');
  if (texts.length > maxLines) return whole('too_many_tasks', `The batch input file has more than ${maxLines} lines.`);

  const lines: BatchLine[] = [];
  const faults: BatchFault[] = [];
  const seen = new Set<string>();
  for (const [index, text] of texts.entries()) {
    const line = parseLine(text);
    const fault = line ? faultOf(line, endpoint, lines[0], seen) : INVALID;
    if (fault) faults.push({ param: null, ...fault, line: index + 1 });
    if (line && !fault) lines.push(line);
  }
  return { lines, faults };
}

type LineFault = { code: string; message: string; param?: string };

const INVALID: LineFault = { code: 'invalid_json_line', message: 'This line is not parseable as valid JSON.' };

function faultOf(
  line: BatchLine,
  endpoint: string,
  first: BatchLine | undefined,
  seen: Set<string>,
): LineFault | undefined {
  const { custom_id, method, url, body } = line;
  const missing = ['custom_id', 'method', 'url', 'body'].find((name) => !(name in line));
  if (missing) {
    const message = `Missing required parameter: '${missing}'.`;
    return { code: 'missing_required_parameter', message, param: missing };
  }
  if (method !== 'POST') return { code: 'invalid_method', message: 'The method must be POST.', param: 'method' };
  if (url !== endpoint) {
    return { code: 'invalid_url', message: 'The URL does not match the endpoint of the batch.', param: 'url' };
  }
  if (seen.has(custom_id)) {
    const message = `The custom_id ${custom_id} is a duplicate of another request.`;
    return { code: 'duplicate_custom_id', message, param: 'custom_id' };
  }
  seen.add(custom_id);
  if (first && first.body.model !== body.model) {
    return { code: 'mismatched_model', message: 'All requests of a batch must name one model.', param: 'body.model' };
  }
  return undefined;
}

function parseLine(text: string): BatchLine | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as BatchLine) : undefined;
  } catch {
    return undefined;
  }
}
