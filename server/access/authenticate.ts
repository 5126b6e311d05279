import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { Fault } from '../../core/contracts/fault.ts';
import { isLoopback } from '../../core/primitives/listen-address.ts';
import type { Env } from '../context.ts';
import { HttpFault } from '../http-fault.ts';
import type { ServerSettings } from '../settings.ts';
import { keyring } from './keys.ts';
import { oidcVerifier } from './oidc.ts';
import { rateLimit } from './rate-limit.ts';
import type { Principal } from './roles.ts';

/** Who works on this machine, where no keys are set. */
const LOCAL = { name: 'local', role: 'admin' } as const;

/** Reports at this path are asked for by a form, which holds the key. */
export const REPORT_FORM = '/reports';

/** Whether requests need a key or a token. */
export function isProtected({ keys, oidc }: ServerSettings): boolean {
  return keys.length > 0 || oidc !== undefined;
}

/** Finds out who sends a request, and refuses those who send too many. @param from Address of the other end. */
export function authenticate(settings: ServerSettings, from: (c: Context) => string) {
  const identify = isProtected(settings) ? identifier(settings) : undefined;
  const limit = rateLimit(settings.limits.requestsPerMinute);
  const limitRefused = rateLimit(settings.limits.refusedPerMinute);
  return createMiddleware<Env>(async (c, next) => {
    const address = from(c);
    let principal: Principal = { ...LOCAL, tenant: settings.tenant };
    if (identify) {
      const found = await identify(await tokenOf(c));
      if (!found) {
        await limitRefused(address);
        throw unauthorised();
      }
      principal = found;
    } else refuseStrangers(c.req.header('host'), c.req.header('origin'));
    c.set('principal', principal);
    // Tenants may give the same name to their keys.
    await limit(`${principal.tenant}/${principal.name}`);
    await next();
  });
}

function identifier({ keys, oidc, tenant }: ServerSettings): (token: string) => Promise<Principal | undefined> {
  const byKey = keyring(keys);
  const byToken = oidc && oidcVerifier(oidc, tenant);
  return async (token) => byKey(token) ?? (token.split('.').length === 3 ? await byToken?.(token) : undefined);
}

async function tokenOf({ req }: Context): Promise<string> {
  if (req.method === 'POST' && req.path.startsWith(`${REPORT_FORM}/`)) {
    const { key } = await req.parseBody();
    return typeof key === 'string' ? key : '';
  }
  return /^Bearer +(\S+)$/i.exec(req.header('authorization') ?? '')?.[1] ?? '';
}

function unauthorised(): HttpFault {
  const advice = 'Send `Authorization: Bearer KEY`, with a key of this server or a token of its OpenID provider.';
  const fault = new Fault('credentials', 'The request has no valid key.', advice);
  return new HttpFault(401, fault, { 'www-authenticate': 'Bearer' });
}

/**
 * Without keys, the server answers only to this machine. A web page in a browser on this machine is a stranger: it
 * would give itself away by its origin or, after rebinding its name to this address, by its host.
 */
function refuseStrangers(host: string | undefined, origin: string | undefined): void {
  const hostname = URL.parse(`http://${host}`)?.hostname;
  const isHere = hostname !== undefined && isLoopback(hostname);
  if (isHere && (origin === undefined || origin === `http://${host}`)) return;
  const message = 'Without keys, this server answers only to programs on its own machine.';
  throw new HttpFault(403, new Fault('credentials', message, 'Set keys in server.yaml; see docs/serve.md.'));
}
