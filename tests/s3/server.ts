import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { weed } from './fetch-weed.ts';

const STARTS_WITHIN_MS = 60_000;
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'tester', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };

/** A SeaweedFS server of the caller's own: real conditional writes, checksums, signatures and multipart uploads. */
export class S3Server {
  /** What the SDK's standard credential chain needs in the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly #folder: string;
  readonly #ports: number[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, ports: number[]) {
    this.#folder = folder;
    this.#ports = ports;
    this.port = ports[0] as number;
    this.env = { ...CREDENTIALS, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${this.port}` };
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'hone-s3-'));
    const identity = {
      name: 'tester',
      credentials: [{ accessKey: CREDENTIALS.AWS_ACCESS_KEY_ID, secretKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY }],
      actions: ['Admin', 'Read', 'List', 'Tagging', 'Write'],
    };
    await writeFile(join(folder, 's3.json'), JSON.stringify({ identities: [identity] }));
    const server = new S3Server(folder, await freePorts(8));
    await server.begin();
    return server;
  }

  /** Starts it again after `kill`, on the same port with the same objects. */
  async begin(): Promise<void> {
    // A master that finds its old log waits 20 s for peers that it never had; volumes tell it all it must know.
    for (const name of await readdir(this.#folder)) {
      if (/^m\d+$/.test(name)) await rm(join(this.#folder, name), { recursive: true });
    }
    const [s3, s3Grpc, filer, filerGrpc, master, masterGrpc, volume, volumeGrpc] = this.#ports;
    const child = spawn(
      await weed(),
      [
        'server',
        `-dir=${this.#folder}`,
        '-ip=127.0.0.1',
        '-ip.bind=127.0.0.1',
        `-master.port=${master}`,
        `-master.port.grpc=${masterGrpc}`,
        // Volumes are made by the handful; the default size would reserve gigabytes for a few small files.
        '-master.volumeSizeLimitMB=256',
        '-volume.max=100',
        `-volume.port=${volume}`,
        `-volume.port.grpc=${volumeGrpc}`,
        '-filer',
        `-filer.port=${filer}`,
        `-filer.port.grpc=${filerGrpc}`,
        '-s3',
        `-s3.port=${s3}`,
        `-s3.port.grpc=${s3Grpc}`,
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        `-s3.config=${join(this.#folder, 's3.json')}`,
        '-s3.autoCreateBucket=false',
      ],
      { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log = (log + data).slice(-4000)));
    this.#process = child;
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`SeaweedFS did not start:\n${log}`);
      await setTimeout(50);
    }
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Its parts come up one after the other; only a written object shows that all are there. */
  async #answers(): Promise<boolean> {
    const { S3Client, CreateBucketCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
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

/** The bucket that every server has. */
export const BUCKET = 'hone-test';

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
