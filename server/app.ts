import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { Fault } from '../core/contracts/fault.ts';
import type { Measure } from '../core/contracts/metrics.ts';
import { inSpan } from '../core/telemetry/spans.ts';
import type { AuditLog } from './access/audit-log.ts';
import { authenticate, isProtected, REPORT_FORM } from './access/authenticate.ts';
import { sendProblem } from './answers.ts';
import type { Env, Services, TenantServices } from './context.ts';
import { HttpFault, toHttpFault } from './http-fault.ts';
import { inLanguage, type Translate } from './language.ts';
import { addPage } from './page/add-page.ts';
import { addEmbeddings } from './routes/embeddings.ts';
import { addEstimates } from './routes/estimates.ts';
import { addInputs } from './routes/inputs.ts';
import { addMe } from './routes/me.ts';
import { addModels } from './routes/models.ts';
import { addQuestions } from './routes/questions.ts';
import { addReportForm, addRunStreams } from './routes/run-streams.ts';
import { addRuns } from './routes/runs.ts';
import { addSchedules } from './routes/schedules.ts';
import type { ServerSettings } from './settings.ts';

/** Thousands of texts of a few pages, or a run input that lists everything it reads. */
const BODY_BYTES = 32 * 1024 * 1024;
/** Of a form with a key or token, which is read before it is known whose it is. */
const FORM_BYTES = 64 * 1024;

export interface AppOptions {
  readonly settings: ServerSettings;
  readonly services: Services;
  /** Of each tenant that a principal may have. */
  readonly tenants: ReadonlyMap<string, TenantServices>;
  readonly audit: AuditLog;
  readonly measure: Measure;
  readonly version: string;
  /** Of what Hone says, into Chinese. */
  chinese: Translate;
  /** Address of the other end of a connection. */
  from(c: Context): string;
  /** What the server lacks to do its work; empty if nothing. */
  missing(): Promise<readonly string[]>;
  /** Told of errors that are not the client's. */
  onError(error: unknown, requestId: string): void;
}

/** The page at `/`, and the HTTP API: `/api/v1`, OpenAI's `/v1`, `/healthz` and `/readyz`. */
export function createApp(options: AppOptions): Hono<Env> {
  const { settings, services, tenants, missing, version } = options;
  const app = new Hono<Env>();
  // TLS ends before this server, at a proxy, which is to say how long it will have it.
  // With `no-referrer`, a form of the page would be sent without its origin, and refused as that of a stranger.
  const headers = { strictTransportSecurity: false, referrerPolicy: 'same-origin', xFrameOptions: 'DENY' } as const;
  app.use(secureHeaders(headers));
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const reasons = await missing();
    return c.text(`${reasons.join('\n') || 'ok'}\n`, reasons.length > 0 ? 503 : 200);
  });

  addPage(app, isProtected(settings));

  app.use(inRequestSpan);
  app.use(async (c, next) => {
    const begin = performance.now();
    c.set('requestId', randomUUID());
    c.header('cache-control', 'no-store');
    await next();
    record(c, options);
    measureAnswer(c, options.measure, (performance.now() - begin) / 1000);
  });
  app.use('/api/*', inLanguage(options.chinese));
  app.use(`${REPORT_FORM}/*`, bodyLimit({ maxSize: FORM_BYTES, onError: () => tooLarge(FORM_BYTES) }));
  app.use(authenticate(settings, options.from));
  // Invariant: no route gets to Temporal or a store but by this.
  app.use(async (c, next) => {
    const tenant = tenants.get(c.get('principal').tenant);
    if (!tenant) throw new Error(`There is nothing of the tenant ${c.get('principal').tenant}.`);
    c.set('tenant', tenant);
    await next();
  });
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: () => tooLarge(BODY_BYTES) }));

  const api = describedApp();
  addMe(api);
  addInputs(api);
  addRuns(api);
  addQuestions(api);
  addRunStreams(api, services);
  addEstimates(api);
  addModels(api);
  addSchedules(api);
  const openai = describedApp();
  addEmbeddings(openai, services);
  const info = { title: 'Hone', version, description: 'Runs, models, schedules and embeddings of Hone.' };
  const documented = new OpenAPIHono<Env>();
  documented.route('/api/v1', api);
  documented.route('/v1', openai);
  documented.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  documented.doc31('/api/openapi.json', { openapi: '3.1.0', info, security: [{ key: [] }] });
  app.route('/', documented);
  addReportForm(app);

  app.notFound((c) => {
    const message = `There is no ${c.req.method} ${c.req.path}.`;
    return sendProblem(c, new HttpFault(404, new Fault('input', message, '/api/openapi.json lists all requests.')));
  });
  app.onError((error, c) => {
    const fault = toHttpFault(error);
    if (fault.status >= 500) options.onError(error, c.get('requestId'));
    return c.req.path.startsWith('/v1/') ? sendOpenAIError(c, fault) : sendProblem(c, fault);
  });
  return app;
}

/** An app whose requests are validated by the schemas of its routes. */
function describedApp(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      const details = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      const advice = '/api/openapi.json describes the request.';
      throw new Fault('input', `The request is invalid: ${details.join('; ')}.`, advice, { details });
    },
  });
}

function tooLarge(bytes: number): never {
  const message = `The body is larger than ${bytes / 1024} KiB.`;
  throw new HttpFault(413, new Fault('input', message, 'Send it in several requests.'));
}

function sendOpenAIError(c: Context<Env>, { status, fault, headers }: HttpFault): Response {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const error = { message: `${fault.message} ${fault.advice}`, type, code: fault.kind };
  return Response.json({ error }, { status, headers: { 'x-request-id': c.get('requestId'), ...headers } });
}

/** The request in a span below the caller's, if it names one. */
async function inRequestSpan(c: Context<Env>, next: () => Promise<void>): Promise<void> {
  const { method } = c.req;
  const headers = c.req.header();
  await inSpan(method, { kind: 'server', headers, attributes: { 'http.request.method': method } }, async (span) => {
    await next();
    const route = routePath(c, -1);
    span({ 'http.route': route, 'http.response.status_code': c.res.status }, `${method} ${route}`);
  });
}

/** By the pattern of the path, as the paths of strangers are without number. */
function measureAnswer(c: Context<Env>, measure: Measure, seconds: number): void {
  const { method } = c.req;
  const route = routePath(c, -1);
  measure('hone_http_requests', 1, { method, route, status: String(c.res.status) });
  measure('hone_http_seconds', seconds, { method, route });
}

/** What changes something, and what was refused. */
function record(c: Context<Env>, { audit, from }: AppOptions): void {
  const { method, path } = c.req;
  const { status } = c.res;
  const isRead = method === 'GET' || path === '/v1/embeddings' || path.startsWith(`${REPORT_FORM}/`);
  if (isRead && status !== 401 && status !== 403) return;
  const { name, role, tenant } = c.get('principal') ?? { name: '', role: '', tenant: '' };
  audit.write({ principal: name, role, tenant, from: from(c), method, path, status, requestId: c.get('requestId') });
}
