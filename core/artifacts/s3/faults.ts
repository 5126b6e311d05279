import { Fault } from '../../contracts/fault.ts';

/** The parts of an SDK error that say what happened. */
interface ServiceError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

export function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

/** Whether the SDK sent the request more than once, so that an earlier one may have been carried out. */
export function wasRepeated(error: unknown): boolean {
  return ((error as ServiceError).$metadata?.attempts ?? 1) > 1;
}

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
const ELSEWHERE = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);

/** What an error of the SDK or of the network means for a person, and for whether to try again. */
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
  if (ELSEWHERE.has(name) || status === 301)
    return fault('config', `The bucket ${bucket} lies in another region.`, 'Set AWS_REGION to the bucket’s own.');
  if (/region is missing/i.test(message))
    return fault('config', 'No region is set for S3.', 'Set AWS_REGION to that of the bucket.');
  if (status === 501 || name === 'NotImplemented') return noConditionalWrites(bucket, error);
  if (FULL.has(name) || status === 507)
    return fault('exhausted', `The bucket ${bucket} is full (${message}).`, 'Free some space, or raise its quota.');
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return fault('config', `The bucket ${bucket} refuses a request (${name}: ${message}).`, 'See docs/storage.md.');
  return fault(
    'unavailable',
    `The bucket ${bucket} does not answer as it should (${name}${status === undefined ? '' : ` ${status}`}: ${message}).`,
    'It is tried again by itself; if this lasts, check the network and AWS_ENDPOINT_URL_S3.',
  );
}

export function noConditionalWrites(bucket: string, cause?: unknown): Fault {
  return new Fault(
    'config',
    `The server of the bucket ${bucket} does not do conditional writes, so two workers would overwrite each other there.`,
    'Use one that does: AWS S3, Cloudflare R2, MinIO, SeaweedFS or versitygw; or a folder that all workers share.',
    { cause },
  );
}
