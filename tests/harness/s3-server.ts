import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fetchSeaweedFs } from './fetch-seaweedfs.ts';
import type { Harness } from './harness.ts';
import { freePorts, RestartableServer } from './restartable-server.ts';

/** The bucket that every server has. */
export const BUCKET = 'hone-test';
const SOCKETS = '/tmp';
const CREDENTIALS = { accessKeyId: 'tester', secretAccessKey: 'not-a-secret' };
const IDENTITY = {
  name: 'tester',
  credentials: [{ accessKey: CREDENTIALS.accessKeyId, secretKey: CREDENTIALS.secretAccessKey }],
  actions: ['Admin', 'Read', 'List', 'Tagging', 'Write'],
};

/** A SeaweedFS server: real conditional writes, checksums, signatures and multipart uploads. */
export class S3Server extends RestartableServer {
  /** Variables from which the SDK's default credential chain reads endpoint, region and credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly #folder: string;

  /** Use `startS3Server`. */
  constructor(harness: Harness, command: string, args: readonly string[], folder: string, port: number) {
    const endpoint = `http://127.0.0.1:${port}`;
    super(harness, { command, args, cwd: folder, isReady: () => isReady(endpoint) });
    this.#folder = folder;
    this.port = port;
    this.env = {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: endpoint,
    };
  }

  override async start(): Promise<void> {
    // A master that finds its old Raft log waits 20 s for peers that do not exist. It learns all it needs from the
    // volumes.
    for (const name of await readdir(this.#folder)) {
      if (/^m\d+$/.test(name)) await rm(join(this.#folder, name), { recursive: true });
    }
    await super.start();
  }
}

/** Starts an S3 server with an empty bucket; resolves once objects can be written. */
export async function startS3Server(harness: Harness): Promise<S3Server> {
  const folder = await harness.folder('s3');
  await writeFile(join(folder, 's3.json'), JSON.stringify({ identities: [IDENTITY] }));
  const ports = await freePorts(8);
  const [s3 = 0, s3Grpc, filer, filerGrpc, master, masterGrpc, volume, volumeGrpc] = ports;
  // Registered before the server is, so that it has ended by then.
  harness.defer(() => removeSockets(ports));
  const args = [
    // Otherwise it leaves its logs in the machine's folder for temporary files.
    '-logtostderr=true',
    'server',
    `-dir=${folder}`,
    ...['-ip=127.0.0.1', '-ip.bind=127.0.0.1'],
    ...[`-master.port=${master}`, `-master.port.grpc=${masterGrpc}`],
    // Volumes are created several at a time; the default size would reserve gigabytes for a few small files.
    ...['-master.volumeSizeLimitMB=256', '-volume.max=100'],
    ...[`-volume.port=${volume}`, `-volume.port.grpc=${volumeGrpc}`],
    ...['-filer', `-filer.port=${filer}`, `-filer.port.grpc=${filerGrpc}`],
    ...['-s3', `-s3.port=${s3}`, `-s3.port.grpc=${s3Grpc}`, '-s3.port.iceberg=0', '-s3.port.lance=0'],
    ...[`-s3.config=${join(folder, 's3.json')}`, '-s3.autoCreateBucket=false'],
  ];
  const server = new S3Server(harness, await fetchSeaweedFs(), args, folder, s3);
  await server.start();
  return server;
}

/** A server that was killed leaves its Unix sockets, whose folder cannot be chosen. */
async function removeSockets(ports: readonly number[]): Promise<void> {
  const ofServer = new RegExp(`^seaweedfs-.*-(${ports.join('|')})\\.sock$`);
  for (const name of await readdir(SOCKETS).catch(() => []))
    if (ofServer.test(name)) await rm(join(SOCKETS, name), { force: true });
}

/** The server's parts start one after the other: only a successful write shows that all of them run. */
async function isReady(endpoint: string): Promise<boolean> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch((error: Error) => {
      if (!error.name.startsWith('BucketAlready')) throw error;
    });
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'ready', Body: 'x' }));
    return true;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}
