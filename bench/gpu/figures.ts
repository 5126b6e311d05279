/** What a part finds, by its kind, in a form that JSON keeps. */
export interface Figures {
  readonly machine?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly doctor?: { readonly findings: readonly { name: string; status: string; found: string }[] };
  readonly check?: CheckFigures;
  readonly training?: TrainingSpeed;
  readonly embedding?: EmbeddingSpeed;
  readonly profile?: Profile;
  readonly memory?: MemoryMessage;
}

export interface CheckFigures {
  readonly passed: number;
  readonly failed: number;
  /** `title: first line of the message`. */
  readonly failures: readonly string[];
}

export interface TrainingSpeed {
  readonly pairsPerSecond: number;
  readonly stepsPerSecond: number;
  /** With the compilation of shaders or kernels. */
  readonly firstStepSeconds: number;
  /** Of the process on the host. */
  readonly hostBytes: number;
  /** By nvidia-smi; absent without it. */
  readonly deviceBytes?: number | undefined;
  /** Of the first steps, which have to agree between engines of the same shape. */
  readonly losses: readonly number[];
  readonly settings: string;
}

export interface EmbeddingSpeed {
  readonly textsPerSecond: number;
  /** Of the first 16 texts, with the compilation of shaders or kernels. */
  readonly firstSeconds: number;
  /** By nvidia-smi; absent without it. */
  readonly deviceBytes?: number | undefined;
  readonly settings: string;
}

export interface OperatorTime {
  readonly operator: string;
  readonly provider: string;
  readonly count: number;
  readonly milliseconds: number;
}

export interface Profile {
  readonly steps: number;
  readonly pairs: number;
  readonly tokens: number;
  /** The slowest ones. */
  readonly operators: readonly OperatorTime[];
  readonly onCpu: readonly OperatorTime[];
}

export interface MemoryMessage {
  /** What a user reads: message and advice. */
  readonly read: string;
  /** Of the Fault. */
  readonly kind?: string;
  readonly details?: readonly string[];
  /** Of the tensor. */
  readonly bytes?: number;
  /** Pairs in a step. */
  readonly largest?: number;
  readonly failedAt?: number;
}
