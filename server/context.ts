import type { Hone } from '../client/hone.ts';
import type { ArtifactStore } from '../core/contracts/artifact-store.ts';
import type { Principal } from './access/roles.ts';
import type { ServedModels } from './embeddings/served-models.ts';

/** All that a request may reach: that of the tenant of whoever sends it. */
export interface TenantServices {
  readonly hone: Hone;
  readonly store: ArtifactStore;
  readonly models: ServedModels;
}

/** What routes need besides. */
export interface Services {
  /** Texts of one request for embeddings. */
  readonly maxTexts: number;
  /** The server ends: streams of events end too. */
  readonly closing: AbortSignal;
}

/** What a request carries with it, for Hono. */
export interface Env {
  Variables: {
    principal: Principal;
    tenant: TenantServices;
    requestId: string;
    /** An answer in the language of the client. */
    translated: <T>(answer: T) => T;
  };
}
