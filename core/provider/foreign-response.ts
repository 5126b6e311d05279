/*
 * Responses with status 200 that are none of OpenAI's API: of a web page, a proxy, or another API at the same host.
 */

/** @param text a body. @returns whether it is a web page. */
export function isWebPage(text: string): boolean {
  return /^\s*(?:<!doctype html|<html|<head|<body|<!--)/i.test(text);
}

/**
 * Parses JSON. Python's `json` writes NaN and Infinity as such, which JSON does not know: they become null.
 * @throws SyntaxError
 */
export function parseNumbers(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const replaced = text.replace(/([[,:]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, '$1null');
    if (replaced === text) throw error;
    return JSON.parse(replaced);
  }
}

/** What such a body is, as a predicate of the endpoint; undefined for JSON that breaks off: it may be whole later. */
export function describeForeign(text: string): string | undefined {
  if (isWebPage(text)) return 'answered with a web page instead of JSON';
  if (/^\s*(?:data|event|id):/.test(text)) return 'answered with a stream of events, which was not asked for';
  if (text.trim() === '') return 'answered with an empty body';
  return /^\s*[[{"]/.test(text) ? undefined : 'answered with text that is not JSON';
}

/** A sentence on what may be wrong with a base URL at which no chat completions are. Names no part of it but `/v1`. */
export function adviseBaseURL(baseURL: string, { apiVersion }: { apiVersion?: string | undefined } = {}): string {
  const path = new URL(baseURL).pathname.replace(/\/+$/, '');
  const wrongEnd = /\/(?:chat\/completions|completions|chat|embeddings|models|responses)$/.exec(path)?.[0];
  const where = 'of the profile (OPENAI_BASE_URL for "default")';
  if (wrongEnd) return `Remove ${wrongEnd} from the end of the base URL ${where}: Hone adds it.`;
  if (/\/openai\/deployments\//.test(path) && !apiVersion) {
    return `Add apiVersion to the profile in worker.yaml: Azure answers below /openai/deployments only with one.`;
  }
  if (!/\/v\d+\w*(?:\/|$)/.test(path)) return `Add /v1 to the base URL ${where}: it usually ends in /v1.`;
  return `Check the base URL ${where}: chat completions are expected at /chat/completions below it.`;
}
