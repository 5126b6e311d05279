import { createHash } from 'node:crypto';
import { z } from 'zod';

/*
 * What is signed of a model, as the OpenSSF Model Signing specification defines it
 * (https://github.com/ossf/model-signing-spec): an in-toto statement with the SHA-256 of every file.
 */

/** File of the signature in the folder of a model. */
export const SIGNATURE_FILE = 'model.sig';

/**
 * Files of the folder that are not signed: the signature, the model card, which is written when the run has ended and
 * edited on hubs, and what belongs to a repository.
 */
export const UNSIGNED: readonly string[] = [
  SIGNATURE_FILE,
  'README.md',
  '.git',
  '.gitattributes',
  '.github',
  '.gitignore',
];

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/** A file of a model: its `/`-separated path in the folder, and the SHA-256 of its bytes in hexadecimal. */
export interface SignedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface ModelStatement {
  /** Name that the model was published under. */
  readonly name: string;
  readonly files: readonly SignedFile[];
}

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Statement = z.looseObject({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(PREDICATE_TYPE),
  subject: z.tuple([z.looseObject({ name: z.string(), digest: z.looseObject({ sha256: Sha256 }) })]),
  predicate: z.looseObject({
    serialization: z.looseObject({ method: z.literal('files'), hash_type: z.literal('sha256') }),
    resources: z.array(z.looseObject({ name: z.string().min(1), algorithm: z.literal('sha256'), digest: Sha256 })),
  }),
});

/** @param model its files, without those of `UNSIGNED`. */
export function statementJson({ name, files }: ModelStatement): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: rootDigest(sorted) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: UNSIGNED },
      resources: sorted.map(({ path, sha256 }) => ({ name: path, algorithm: 'sha256', digest: sha256 })),
    },
  });
}

/** @throws Error if it is no statement about the files of one model, or if its digests differ. */
export function parseStatement(json: string): ModelStatement {
  const { subject, predicate } = Statement.parse(JSON.parse(json));
  const files = predicate.resources.map(({ name, digest }) => ({ path: name, sha256: digest }));
  const [{ name, digest }] = subject;
  if (rootDigest(files) !== digest.sha256) throw new Error('its digest is not that of its files');
  return { name, files };
}

/** SHA-256 of the SHA-256s of all files, in their order. */
function rootDigest(files: readonly SignedFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(Buffer.from(sha256, 'hex'));
  return hash.digest('hex');
}
