import type { Batches } from './batches.ts';
import { invalid } from './errors.ts';
import { type Files, fileObject } from './files.ts';
import { parseJson } from './http.ts';

interface Request {
  method: string;
  url: URL;
  contentType: string;
  bytes: Buffer;
}

/** Handles the files and batches endpoints. @returns the response, or undefined for any other path. */
export async function answerBatchApi(
  { method, url, contentType, bytes }: Request,
  files: Files,
  batches: Batches,
): Promise<{ status: number; body: unknown } | undefined> {
  const [, , resource, id, action] = url.pathname.split('/');
  const route = `${method} ${resource}${id === undefined ? '' : '/ID'}${action === undefined ? '' : `/${action}`}`;
  const found = (body: unknown) =>
    body === undefined ? { status: 404, body: invalid(`No such object: ${id}`, 'id') } : { status: 200, body };
  const file = files.get(id ?? '');
  switch (route) {
    case 'POST files':
      return files.upload(bytes, contentType);
    case 'GET files':
      return found(files.list());
    case 'GET files/ID':
      return found(file && fileObject(file));
    case 'GET files/ID/content':
      return found(file?.bytes);
    case 'DELETE files/ID':
      return found(files.delete(id ?? '') ? { id, object: 'file', deleted: true } : undefined);
    case 'POST batches':
      return batches.create(parseJson(bytes));
    case 'GET batches':
      return found(batches.list(url.searchParams));
    case 'GET batches/ID':
      return found(batches.get(id ?? ''));
    case 'POST batches/ID/cancel':
      return batches.cancel(id ?? '') ?? found(undefined);
    default:
      return undefined;
  }
}
