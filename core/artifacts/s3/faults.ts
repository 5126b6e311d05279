import { Fault } from '../../contracts/fault.ts';

/** The fields of an SDK error that are used here. */
interface ServiceError extends Error {
  readonly code?: string;
  /** Of the answer of a service that gives credentials. */
  readonly statusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** The HTTP status of the response; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as Partial<ServiceError> | undefined)?.$metadata?.httpStatusCode;
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
  if (isCredentialServiceAway(error as ServiceError))
    return fault(
      'unavailable',
      `The service that gives this worker its credentials does not answer (${message}).`,
      'It is retried automatically; if this lasts, check the metadata or token service of this machine.',
    );
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

const CREDENTIAL_SERVICES = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
];

/**
 * Whether credentials come from a service, as in a cloud, and it has not given any. The SDK asks one source after the
 * other and reports only that none had any, so what a machine is set up to ask decides.
 */
function isCredentialServiceAway({ name, message, statusCode = 0 }: ServiceError): boolean {
  if (name !== 'CredentialsProviderError' && name !== 'TokenProviderError') return false;
  if (statusCode >= 500 || statusCode === 429) return true;
  if (/\b(?:5\d\d|429)\b|time(?:d )?out|ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET/i.test(message)) return true;
  return CREDENTIAL_SERVICES.some((variable) => process.env[variable]);
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
