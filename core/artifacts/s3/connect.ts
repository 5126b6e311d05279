import { S3Client } from '@aws-sdk/client-s3';

/** Some 10 s of waiting in all: what lasts longer is told to Temporal, which tries again for as long as it takes. */
const ATTEMPTS = 6;

/**
 * A client set up as every AWS tool is: credentials, region, profile and endpoint come from the standard variables, files and
 * instance metadata. With an endpoint of one's own (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`) buckets are named in the path,
 * which all such servers understand, unless `HONE_S3_PATH_STYLE` is 0; the region is then a formality.
 */
export function connect(env: NodeJS.ProcessEnv = process.env): S3Client {
  const ownEndpoint = Boolean(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL);
  const pathStyle = env.HONE_S3_PATH_STYLE ? env.HONE_S3_PATH_STYLE !== '0' : ownEndpoint;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (ownEndpoint ? 'us-east-1' : undefined);
  return new S3Client({
    ...(region && { region }),
    forcePathStyle: pathStyle,
    followRegionRedirects: true,
    maxAttempts: Number(env.AWS_MAX_ATTEMPTS || ATTEMPTS),
    // Objects are checked by their own hash; only what has none asks for the server's checksum.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  });
}
