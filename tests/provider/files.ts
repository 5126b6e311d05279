import { invalid } from './errors.ts';

export interface StoredFile {
  id: string;
  filename: string;
  purpose: string;
  createdAt: number;
  bytes: Buffer;
}

/** Uploaded files and the output files of batches, by ID. */
export class Files {
  readonly #files = new Map<string, StoredFile>();
  readonly #now: () => number;
  #count = 0;

  /** @param now Milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(filename: string, purpose: string, bytes: Buffer): StoredFile {
    const file = { id: `file-${++this.#count}`, filename, purpose, createdAt: this.#now(), bytes };
    this.#files.set(file.id, file);
    return file;
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  /** Stores a file uploaded as `multipart/form-data` with the fields `purpose` and `file`. @returns the response. */
  async upload(bytes: Buffer, contentType: string): Promise<{ status: number; body: unknown }> {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
      .formData()
      .catch(() => new FormData());
    const file = form.get('file');
    const purpose = form.get('purpose');
    if (!(file instanceof File)) return { status: 400, body: invalid("'file' is a required property", 'file') };
    if (purpose !== 'batch') return { status: 400, body: invalid(`'${purpose}' is not one of ['batch']`, 'purpose') };
    return { status: 200, body: fileObject(this.add(file.name, purpose, Buffer.from(await file.arrayBuffer()))) };
  }

  list(): unknown {
    return { object: 'list', data: [...this.#files.values()].reverse().map(fileObject), has_more: false };
  }

  delete(id: string): boolean {
    return this.#files.delete(id);
  }
}

/** OpenAI's representation of a file. */
export function fileObject({ id, filename, purpose, createdAt, bytes }: StoredFile): unknown {
  return {
    id,
    object: 'file',
    bytes: bytes.length,
    created_at: Math.floor(createdAt / 1000),
    filename,
    purpose,
    status: 'processed',
  };
}
