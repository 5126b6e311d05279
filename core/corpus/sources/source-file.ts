/** A document file that was found and not read yet. */
export interface SourceFile {
  /** Path of the document, `/`-separated: the name of the location's last folder and the path below it. */
  readonly path: string;
  /** Absolute path without symbolic links, or `s3://bucket/key`. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
  /** The version of an object in a bucket. */
  readonly etag?: string;
  /** Reads the current bytes. */
  read(): Promise<Uint8Array>;
}

/** A file or object in a location, before it is known whether it will be read. */
export interface Candidate {
  readonly path: string;
  readonly file: string;
  /** The rest of a SourceFile, or the reason why the file is skipped. */
  inspect(): Promise<Omit<SourceFile, 'path' | 'file'> | string>;
}

const EXTENSIONS = new Set(
  'md markdown mdx txt text rst adoc asciidoc asc html htm xhtml pdf docx docm dotx doc rtf odt odp ods fodt fodp fods pptx pptm xlsx xlsm csv tsv ipynb epub eml mht mhtml'
    .split(' ')
    .map((name) => `.${name}`),
);

/** The formats that are read, for messages. */
export const FORMATS_READ = 'md, txt, html, pdf, docx, rtf, odt, pptx, xlsx, csv, ipynb, epub, rst, adoc and eml';

/** The reason to skip a file because of its size; undefined if there is none. */
export function sizeReason(bytes: number, maxBytes: number): string | undefined {
  if (bytes > maxBytes) return `larger than the ${Math.round(maxBytes / 2 ** 20)} MiB a document may have`;
  if (bytes === 0) return 'empty file';
  return undefined;
}

/** The reason to skip a file because of its extension; undefined if there is none. */
export function extensionReason(name: string): string | undefined {
  const extension = /\.[^./\\]*$/.exec(name)?.[0].toLowerCase() ?? '';
  if (EXTENSIONS.has(extension)) return undefined;
  return `${extension === '' ? 'files without an extension' : `${extension} files`} are not read (${FORMATS_READ} are)`;
}
