import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { Fault } from '../../core/contracts/fault.ts';
import { highestRole, type Principal, ROLES, type Role } from './roles.ts';

export interface OidcSettings {
  /** As the tokens name it in `iss`; its `/.well-known/openid-configuration` names the keys. */
  readonly issuer: string;
  /** As the tokens name it in `aud`. */
  readonly audience: string;
  /** Claim that holds the groups or roles of a person: a text or a list of texts. */
  readonly claim: string;
  /** Role -> values of the claim that have it. */
  readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** Claim that holds what `tenants` lists. Default: `claim`. */
  readonly tenantClaim?: string | undefined;
  /** Tenant -> values of its claim that belong to it. Default: everybody belongs to the server's tenant. */
  readonly tenants?: Readonly<Record<string, readonly string[]>> | undefined;
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const DISCOVERY_MS = 10_000;
/** Signatures by a key pair: with a shared secret, whoever verifies tokens could make them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_SECONDS = 30;

/**
 * Verifies tokens of an OpenID provider. The provider is asked for its keys with the first token.
 * @param tenant Of everybody, unless the settings assign tenants.
 */
export function oidcVerifier(
  settings: OidcSettings,
  tenant: string,
): (token: string) => Promise<Principal | undefined> {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (token) => {
    keys ??= discover(settings.issuer).catch((error) => {
      keys = undefined;
      throw error;
    });
    const { issuer, audience } = settings;
    const options = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_SECONDS };
    let verified: JWTVerifyResult;
    try {
      verified = await jwtVerify(token, await keys, { ...options, requiredClaims: ['exp', 'sub'] });
    } catch (error) {
      if (isInvalid(error)) return undefined;
      throw unreachable(issuer, error);
    }
    return principalOf(verified.payload, settings, tenant);
  };
}

/** Whether an error of `jwtVerify` is the token's fault: the others come of asking the provider for its keys. */
function isInvalid(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  const { JWKSTimeout, JWKSInvalid } = errors;
  // The class itself stands for an answer with another status than 200, or that is not JSON.
  return error.constructor !== errors.JOSEError && !(error instanceof JWKSTimeout || error instanceof JWKSInvalid);
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_MS) });
    const found = Discovery.parse(await response.json());
    if (found.issuer !== issuer) throw new Error(`it says that it is ${found.issuer}`);
    return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: DISCOVERY_MS });
  } catch (cause) {
    throw unreachable(issuer, cause);
  }
}

function unreachable(issuer: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The keys of ${issuer} cannot be read: ${reason}.`;
  return new Fault('unavailable', message, 'Check oidc.issuer in server.yaml, and that the provider answers.', {
    cause,
  });
}

/**
 * Undefined if the claims name no role, or not exactly one tenant: whoever the provider knows is not a user of Hone
 * yet, and nobody gets a tenant by chance.
 */
function principalOf(payload: JWTPayload, settings: OidcSettings, tenant: string): Principal | undefined {
  const { claim, roles, tenantClaim = claim, tenants } = settings;
  const values = valuesOf(payload, claim);
  const role = highestRole(ROLES.filter((one) => roles[one]?.some((value) => values.includes(value))));
  const groups = valuesOf(payload, tenantClaim);
  const assigned = Object.entries(tenants ?? {}).flatMap(([name, members]) =>
    members.some((value) => groups.includes(value)) ? [name] : [],
  );
  const [owner = tenants ? undefined : tenant, ...others] = assigned;
  if (role === undefined || owner === undefined || others.length > 0) return undefined;
  return { name: String(payload.email ?? payload.sub), role, tenant: owner };
}

function valuesOf(payload: JWTPayload, claim: string): unknown[] {
  const claimed = payload[claim];
  return Array.isArray(claimed) ? claimed : [claimed];
}
