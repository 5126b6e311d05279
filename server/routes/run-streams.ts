import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Hone as HoneClient } from '../../client/hone.ts';
import type { RunSummary } from '../../client/run-summary.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import { REPORT_FORM } from '../access/authenticate.ts';
import { needs } from '../access/needs.ts';
import type { Env, Services } from '../context.ts';
import { HttpFault, inputFaultsAs, toHttpFault } from '../http-fault.ts';

/** Proxies close connections that are silent for a minute or so. */
const KEEP_ALIVE_MS = 15_000;

/**
 * A report is a page of its own with scripts of its own, made of documents that strangers may have written: it may
 * load nothing, and knows nothing of this server's origin.
 */
const REPORT_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:",
};

/** Progress as server-sent events, and the report as a page. */
export function addRunStreams(app: Hono<Env>, { closing }: Services): void {
  const { middleware } = needs('viewer');

  app.get('/runs/:id/events', middleware, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.param();
    await inputFaultsAs(404, hone.summary(id));
    const translated = c.get('translated');
    return streamSSE(c, async (stream) => {
      const closed = new AbortController();
      stream.onAbort(() => closed.abort());
      const alive = setInterval(() => void stream.write(': alive\n\n'), KEEP_ALIVE_MS);
      let last = '';
      try {
        for await (const followed of hone.follow(id, { signal: AbortSignal.any([closed.signal, closing]) })) {
          const data = JSON.stringify(translated(followed));
          if (data === last) continue;
          last = data;
          await stream.writeSSE({ event: followed.state === 'running' ? 'progress' : 'end', data });
        }
      } catch (error) {
        const { message, advice, kind } = toHttpFault(error).fault;
        await stream.writeSSE({ event: 'error', data: JSON.stringify(translated({ kind, message, advice })) });
      } finally {
        clearInterval(alive);
      }
    });
  });

  app.get('/runs/:id/report', middleware, async (c) => sendReport(c, c.req.param('id')));
}

/** The report for the page, whose links can carry no key: a form does. Nothing else is answered for such a key. */
export function addReportForm(app: Hono<Env>): void {
  app.post(`${REPORT_FORM}/:id`, needs('viewer').middleware, (c) => sendReport(c, c.req.param('id')));
}

async function sendReport(c: Context<Env>, id: string): Promise<Response> {
  const { hone, store } = c.get('tenant');
  const described = await inputFaultsAs(404, hone.summary(id));
  const reported = described.state === 'done' ? await resultOf(hone, described) : undefined;
  if (reported === undefined) {
    const fault = new Fault('input', `The run ${id} has no report.`, 'A run has one when it is done.');
    throw new HttpFault(404, fault);
  }
  return c.body(Buffer.from(await store.readObject(reported.report)), 200, REPORT_HEADERS);
}

/** What a run, or the run of a retraining, came to; undefined if there was none. */
async function resultOf(hone: HoneClient, { kind, workflowId }: RunSummary): Promise<RunResult | undefined> {
  if (kind === 'run') return hone.result(workflowId);
  return kind === 'retrain' ? (await hone.retrained(workflowId)).run?.result : undefined;
}
