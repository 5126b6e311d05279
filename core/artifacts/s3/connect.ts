import { S3Client } from '@aws-sdk/client-s3';

/** About 10 s of retries in all. After that the activity fails, and Temporal retries it for as long as needed. */
const ATTEMPTS = 6;

const NOBODY = { accessKeyId: '', secretAccessKey: '' };
const UNSIGNED = { sign: async <Request>(request: Request) => request };

/**
 * A client configured like every AWS tool: credentials, region, profile and endpoint come from the standard variables,
 * files and instance metadata. With a custom endpoint (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`) the region defaults
 * to `us-east-1`, and the bucket is put into the path, which all S3-compatible servers support, unless
 * `HONE_S3_PATH_STYLE` is 0.
 * @param checksums Whether to send checksums of what is uploaded, as the SDK does by default; older servers refuse it.
 * @param anonymous Whether requests carry no credentials.
 */
export function connect(env: NodeJS.ProcessEnv = process.env, { checksums = true, anonymous = false } = {}): S3Client {
  const customEndpoint = Boolean(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL);
  const pathStyle = env.HONE_S3_PATH_STYLE ? env.HONE_S3_PATH_STYLE !== '0' : customEndpoint;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (customEndpoint ? 'us-east-1' : undefined);
  return new S3Client({
    ...(region && { region }),
    forcePathStyle: pathStyle,
    followRegionRedirects: true,
    ...(anonymous && { signer: UNSIGNED, credentials: NOBODY }),
    ...(!checksums && { requestChecksumCalculation: 'WHEN_REQUIRED' }),
    maxAttempts: Number(env.AWS_MAX_ATTEMPTS || ATTEMPTS),
    // Objects are verified by their own SHA-256. Reads of entries, which have none, request the server's checksum.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  });
}
