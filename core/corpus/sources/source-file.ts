/** A document where it lies, not yet read. */
export interface SourceFile {
  /** As the user would name it, `/`-separated: below `base` if it lies there, else from the location's last folder on. */
  readonly path: string;
  /** Absolute, without symbolic links; or `s3://bucket/key`. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
  /** Of an object in a bucket: the version that was found. */
  readonly etag?: string;
  /** The bytes, as they are now. */
  read(): Promise<Uint8Array>;
}

/** A file or object met on the way: looked into only if nothing speaks against it. */
export interface Candidate {
  readonly path: string;
  readonly file: string;
  /** What is needed to read it, or the reason why it is not worth reading. */
  inspect(): Promise<Omit<SourceFile, 'path' | 'file'> | string>;
}

const EXTENSIONS = new Set(
  ['md', 'markdown', 'mdx', 'txt', 'text', 'rst', 'html', 'htm', 'xhtml', 'pdf', 'docx'].map((name) => `.${name}`),
);

/** The reason why a file of this size is not read, if there is one. */
export function reasonAgainst(bytes: number, maxBytes: number): string | undefined {
  if (bytes > maxBytes) return `larger than the ${Math.round(maxBytes / 2 ** 20)} MiB a document may have`;
  if (bytes === 0) return 'empty file';
  return undefined;
}

/** The reason why files of this type are not read, if there is one. */
export function reasonAgainstType(name: string): string | undefined {
  const extension = /\.[^./\\]*$/.exec(name)?.[0].toLowerCase() ?? '';
  if (EXTENSIONS.has(extension)) return undefined;
  return `${extension === '' ? 'files without an extension' : `${extension} files`} are not read (md, txt, html, pdf and docx are)`;
}
