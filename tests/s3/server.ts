import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { weed } from './fetch-weed.ts';
import { freePorts, ServerProcess } from './server-process.ts';

/** The bucket that every server has. */
export const BUCKET = 'hone-test';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'tester', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };
const IDENTITY = {
  name: 'tester',
  credentials: [{ accessKey: CREDENTIALS.AWS_ACCESS_KEY_ID, secretKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY }],
  actions: ['Admin', 'Read', 'List', 'Tagging', 'Write'],
};

/** A SeaweedFS server of the caller's own: real conditional writes, checksums, signatures and multipart uploads. */
export class S3Server {
  /** What the SDK's standard credential chain needs in the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly #folder: string;
  readonly #process: ServerProcess;

  private constructor(folder: string, port: number, command: [string, ...string[]]) {
    this.#folder = folder;
    this.port = port;
    this.env = { ...CREDENTIALS, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
    this.#process = new ServerProcess(command, folder, () => this.#answers());
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'hone-s3-'));
    await writeFile(join(folder, 's3.json'), JSON.stringify({ identities: [IDENTITY] }));
    const [s3, s3Grpc, filer, filerGrpc, master, masterGrpc, volume, volumeGrpc] = await freePorts(8);
    const server = new S3Server(folder, s3 as number, [
      await weed(),
      'server',
      `-dir=${folder}`,
      ...['-ip=127.0.0.1', '-ip.bind=127.0.0.1'],
      ...[`-master.port=${master}`, `-master.port.grpc=${masterGrpc}`],
      // Volumes are made by the handful; the default size would reserve gigabytes for a few small files.
      ...['-master.volumeSizeLimitMB=256', '-volume.max=100'],
      ...[`-volume.port=${volume}`, `-volume.port.grpc=${volumeGrpc}`],
      ...['-filer', `-filer.port=${filer}`, `-filer.port.grpc=${filerGrpc}`],
      ...['-s3', `-s3.port=${s3}`, `-s3.port.grpc=${s3Grpc}`, '-s3.port.iceberg=0', '-s3.port.lance=0'],
      ...[`-s3.config=${join(folder, 's3.json')}`, '-s3.autoCreateBucket=false'],
    ]);
    await server.begin();
    return server;
  }

  /** Starts it again after `kill`, on the same port with the same objects. */
  async begin(): Promise<void> {
    // A master that finds its old log waits 20 s for peers that it never had; volumes tell it all it must know.
    for (const name of await readdir(this.#folder)) {
      if (/^m\d+$/.test(name)) await rm(join(this.#folder, name), { recursive: true });
    }
    await this.#process.begin();
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Its parts come up one after the other; only a written object shows that all are there. */
  async #answers(): Promise<boolean> {
    const client = new S3Client({
      endpoint: this.env.AWS_ENDPOINT_URL_S3 as string,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: {
        accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID,
        secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
      },
      maxAttempts: 1,
    });
    try {
      await client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch((error: Error) => {
        if (!error.name.startsWith('BucketAlready')) throw error;
      });
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'up', Body: 'x' }));
      return true;
    } catch {
      return false;
    } finally {
      client.destroy();
    }
  }
}
