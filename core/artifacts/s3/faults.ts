import { Fault } from '../../contracts/fault.ts';

/** The fields of an SDK error that are used here. */
interface ServiceError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** The HTTP status of the response; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

/** Whether the SDK sent the request more than once, so that an earlier attempt may have succeeded. */
export function wasRepeated(error: unknown): boolean {
  return ((error as ServiceError).$metadata?.attempts ?? 1) > 1;
}

/** Whether the object does not exist. False if its bucket does not exist. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket';
}

const REFUSED = new Set([
  'AccessDenied',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
  'TokenProviderError',
]);
const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity']);
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** The Fault for an error of the SDK or the network. Only the kind `unavailable` is worth a retry. */
export function asFault(error: unknown, bucket: string): Fault {
  if (error instanceof Fault) return error;
  const { name, message } = error as ServiceError;
  const status = statusOf(error);
  const fault = (kind: Fault['kind'], what: string, advice: string) => new Fault(kind, what, advice, { cause: error });
  if (REFUSED.has(name) || status === 401 || status === 403)
    return fault(
      'credentials',
      `The bucket ${bucket} refuses this worker (${name === 'Error' ? status : name}).`,
      'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE), and the bucket policy in docs/storage.md.',
    );
  if (name === 'NoSuchBucket')
    return fault(
      'config',
      `There is no bucket ${bucket} at this endpoint.`,
      'Create it, or check the name and AWS_ENDPOINT_URL_S3.',
    );
  if (OTHER_REGION.has(name) || status === 301)
    return fault('config', `The bucket ${bucket} is in another region.`, 'Set AWS_REGION to the region of the bucket.');
  if (/region is missing/i.test(message))
    return fault('config', 'No region is set for S3.', 'Set AWS_REGION to the region of the bucket.');
  if (status === 501 || name === 'NotImplemented') return noConditionalWrites(bucket, error);
  if (FULL.has(name) || status === 507)
    return fault('exhausted', `The bucket ${bucket} is full (${message}).`, 'Free some space, or raise its quota.');
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return fault('config', `The bucket ${bucket} refuses a request (${name}: ${message}).`, 'See docs/storage.md.');
  return fault(
    'unavailable',
    `The bucket ${bucket} does not respond as expected (${name}${status === undefined ? '' : ` ${status}`}: ${message}).`,
    'It is retried automatically; if this lasts, check the network and AWS_ENDPOINT_URL_S3.',
  );
}

/** The Fault for a server that ignores or rejects `If-Match` and `If-None-Match`. */
export function noConditionalWrites(bucket: string, cause?: unknown): Fault {
  return new Fault(
    'config',
    `The server of the bucket ${bucket} does not support conditional writes, so two workers could overwrite each other’s data.`,
    'Use one that does (AWS S3, Cloudflare R2, MinIO, SeaweedFS or versitygw), or a folder that all workers share.',
    { cause },
  );
}
