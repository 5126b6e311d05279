import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type OidcSettings, oidcVerifier } from './oidc.ts';

/** An OpenID provider: its discovery document and its public keys. */
let provider: Server;
let issuer: string;
/** What the provider does instead of sending its keys. */
let keysFail: ((response: ServerResponse) => void) | undefined;
const { privateKey, publicKey } = await generateKeyPair('RS256');
const stranger = await generateKeyPair('RS256');

beforeAll(async () => {
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
  provider = createServer(({ url }, response) => {
    if (url?.endsWith('/keys') && keysFail) return void keysFail(response);
    const answer = url?.endsWith('/keys') ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(() => provider.close());
afterEach(() => {
  keysFail = undefined;
});

const verify = (token: string, more: Partial<OidcSettings> = {}) => {
  const roles = { viewer: ['staff'], admin: ['search-team'] };
  return oidcVerifier({ issuer, audience: 'hone', claim: 'groups', roles, ...more }, 'default')(token);
};

interface Token {
  key?: CryptoKey;
  groups?: string | string[];
  audience?: string;
  expires?: string;
  company?: string;
}

function token({ key = privateKey, groups = ['staff'], audience = 'hone', expires = '5m', company }: Token = {}) {
  return new SignJWT({ groups, company, email: 'ada@example.com' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(issuer)
    .setSubject('ada')
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(key);
}

it('takes a person’s role from the groups of the token, the highest of several', async () => {
  expect(await verify(await token())).toEqual({ name: 'ada@example.com', role: 'viewer', tenant: 'default' });
  expect(await verify(await token({ groups: ['staff', 'search-team'] }))).toMatchObject({ role: 'admin' });
  expect(await verify(await token({ groups: 'search-team' }))).toMatchObject({ role: 'admin' });
});

it.each<[string, Token]>([
  ['of another signer', { key: stranger.privateKey }],
  ['for another audience', { audience: 'wiki' }],
  ['that has expired', { expires: '-5m' }],
  ['without a known group', { groups: ['guests'] }],
])('refuses a token %s', async (_, options) => {
  expect(await verify(await token(options))).toBeUndefined();
});

it('takes the tenant from the groups, or from a claim of its own', async () => {
  const tenants = { acme: ['acme-staff'], globex: ['globex-staff', 'search-team'] };
  expect(await verify(await token({ groups: ['staff', 'acme-staff'] }), { tenants })).toMatchObject({ tenant: 'acme' });
  expect(await verify(await token({ groups: 'search-team' }), { tenants })).toMatchObject({ tenant: 'globex' });
  const byCompany = { tenants: { acme: ['ACME Ltd'] }, tenantClaim: 'company' };
  expect(await verify(await token({ company: 'ACME Ltd' }), byCompany)).toMatchObject({ tenant: 'acme' });
});

it.each<[string, Token]>([
  ['no tenant, instead of giving it the default one', {}],
  ['two tenants', { groups: ['staff', 'acme-staff', 'globex-staff'] }],
  ['a tenant but no role', { groups: ['acme-staff'] }],
  ['the name of a tenant that no value stands for', { groups: ['staff', 'acme'] }],
])('refuses a token with %s', async (_, options) => {
  const tenants = { acme: ['acme-staff'], globex: ['globex-staff'] };
  expect(await verify(await token(options), { tenants })).toBeUndefined();
});

it('refuses a token without signature, and one that is signed with the public key as a secret', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, aud: 'hone', sub: 'eve', exp: 9_999_999_999, groups: ['search-team'] };
  expect(await verify(`${part({ alg: 'none' })}.${part(claims)}.`)).toBeUndefined();
  const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
  expect(await verify(forged)).toBeUndefined();
});

it('says that the provider does not answer', async () => {
  const away = oidcVerifier({ issuer: 'http://127.0.0.1:1', audience: 'hone', claim: 'groups', roles: {} }, 'default');
  await expect(away(await token())).rejects.toMatchObject({ kind: 'unavailable' });
});

it.each<[string, NonNullable<typeof keysFail>]>([
  ['an error', (response) => response.writeHead(502).end()],
  ['a page', (response) => response.end('<html>maintenance</html>')],
  ['no keys', (response) => response.end('{}')],
  ['nothing', (response) => response.destroy()],
])('does not take %s instead of the provider’s keys for a wrong token', async (_, fail) => {
  keysFail = fail;
  await expect(verify(await token())).rejects.toMatchObject({ kind: 'unavailable' });
});
