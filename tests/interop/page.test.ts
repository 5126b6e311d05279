import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfKey } from '../../server/access/keys.ts';
import { ROLES, type Role } from '../../server/access/roles.ts';
import { CHROMIUM, startBrowser } from '../harness/browser.ts';
import { createProject } from '../harness/project.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';

/** The page of `hone serve` in Chromium, beside a worker. `HONE_SCREENSHOTS`: a folder for pictures of it. */
const KEYS = Object.fromEntries(ROLES.map((role) => [role, `hone_${role}`])) as Record<Role, string>;
/** Markup that would be seen to run: as an element, as a script and as an event. */
const CANARY = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const PHONE = { width: 360, height: 740 };
const SCREENSHOTS = process.env.HONE_SCREENSHOTS;
const WAIT = { timeout: 120_000 };

/** A run input. 400 epochs take some seconds, in which the page sees steps. */
const inputOf = (training: string, asksQuestions = false) => `# ${CANARY}
documents: [docs]
title: ${JSON.stringify(`Pumps ${CANARY}`)}
model: ${TINY_BERT}
questions: { from: headings }
training: { recipe: llama-index, ${training} }
approvals: { questions: ${asksQuestions}, sample: 200 }
publish: { name: pumps, gate: none }
`;

if (CHROMIUM === undefined) console.warn('There is no Chromium: the page is not tested. apt-get install chromium');

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  const harness = useHarness();
  let browser: Browser;
  let url: string;
  /** What must not happen, of all pages. */
  const bad: string[] = [];
  let runAddress: string;

  beforeAll(async () => {
    const temporal = await startTemporalServer(harness);
    const project = await createProject(harness, { TEMPORAL_ADDRESS: temporal.address });
    const keys = ROLES.map((role) => ({ name: `the ${role}`, role, sha256: hashOfKey(KEYS[role]) }));
    const pages = pumpPages(12);
    const hostile = {
      'docs/hostile.md': `# How is \`${CANARY}\` kept out?\n\nBy showing it as text: \`${CANARY}\`.\n`,
    };
    await project.write({ ...pages, ...hostile, '.hone/server.yaml': JSON.stringify({ keys }) });
    await project.startWorker({ args: ['--grant', project.folder, TINY_BERT] });
    const serving = project.start(['serve', '--listen', '0']);
    await serving.waitForLog(/Serving +http/);
    [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
    browser = await startBrowser();
  });

  afterAll(() => browser?.close());

  /** A browser of somebody. What its pages must not do is collected in `bad`. */
  async function somebody(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(20_000);
    context.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) bad.push(request.url());
    });
    context.on('page', (page) => {
      page.on('dialog', (dialog) => void bad.push(dialog.message()));
      page.on('pageerror', (error) => void bad.push(error.message));
      page.on('console', (message) => {
        if (/Content Security Policy|Trusted/i.test(message.text())) bad.push(message.text());
      });
    });
    return context;
  }

  /** A tab that is signed in. */
  async function signedIn(role: Role, options?: BrowserContextOptions): Promise<Page> {
    const page = await (await somebody(options)).newPage();
    await page.goto(url);
    await page.getByLabel(/Key or token|密钥或令牌/).fill(KEYS[role]);
    await page.getByRole('button', { name: /Sign in|登录/ }).click();
    await page.getByRole('heading', { name: /^(Runs|运行)$/ }).waitFor();
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
  }

  it('asks for a key, says when it is wrong, and forgets it with the tab', async () => {
    const context = await somebody();
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Key or token').fill('hone_guess');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'does not know this key' }).waitFor();
    await page.getByLabel('Key or token').fill(KEYS.embed);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'for embeddings only' }).waitFor();
    await picture(page, 'sign-in');
    await page.getByLabel('Key or token').fill(KEYS.viewer);
    await page.keyboard.press('Enter');
    await page.getByText('There are no runs yet.').waitFor();
    expect(await context.cookies()).toEqual([]);
    const other = await context.newPage();
    await other.goto(url);
    await other.getByLabel('Key or token').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Key or token').waitFor();
    await context.close();
  });

  it('names every wrong field of a run input before anything starts', async () => {
    const page = await signedIn('operator');
    await page.getByRole('link', { name: 'Start a run' }).first().click();
    await page.getByLabel('Run input (YAML or JSON)').fill(`documents: []\ntraining: { epoch: 1 }\n${CANARY}: 1\n`);
    await page.getByRole('button', { name: 'Estimate', exact: true }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/documents.*epoch.*<img src=x/s);
    await picture(page, 'wrong-input');
    await page.getByLabel('Run input (YAML or JSON)').fill('documents: [docs');
    await page.getByRole('button', { name: 'Start without an estimate', exact: true }).click();
    await alert.filter({ hasText: 'not valid YAML' }).waitFor();
    await page.context().close();
  });

  it('estimates and starts a run, has its questions approved, and follows it to its report', async () => {
    const page = await signedIn('operator');
    await page.getByRole('link', { name: 'Start a run' }).first().click();
    await page.getByLabel('Run input (YAML or JSON)').fill(inputOf('epochs: 400', true));
    await page.getByRole('button', { name: 'Estimate', exact: true }).click();
    await page.getByRole('heading', { name: 'What the run will take' }).waitFor(WAIT);
    await picture(page, 'estimate');
    await page.getByRole('button', { name: 'Start the run', exact: true }).click();
    await page.getByRole('heading', { name: 'Questions to approve' }).waitFor(WAIT);
    runAddress = page.url();
    const samples = page.getByRole('list', { name: 'Questions to approve' });
    await samples.getByText(CANARY).first().waitFor();
    await picture(page, 'questions');
    const viewer = await signedIn('viewer');
    await viewer.goto(runAddress);
    await viewer.getByText('Approving needs the role operator.').waitFor();
    expect(await viewer.getByRole('button', { name: /Approve|Cancel|Pause/ }).count()).toBe(0);
    await viewer.context().close();

    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'Say why' }).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('img', { name: /Training loss.*steps/ }).waitFor(WAIT);
    await page.getByRole('heading', { name: 'Result' }).waitFor(WAIT);
    expect(await page.getByRole('status').first().textContent()).toBe('done');
    expect(await page.locator('.curve polyline').first().getAttribute('points')).toMatch(
      /^(\d+(\.\d)?,\d+(\.\d)? ?)+$/,
    );
    await page.getByText('As a table').click();
    expect(await page.locator('table tbody tr').count()).toBeGreaterThan(1);
    await page.getByText('Published as pumps v1').waitFor();
    await picture(page, 'done');
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open the report' }).click(),
    ]);
    await report.getByRole('heading', { level: 1, name: `Pumps ${CANARY}` }).waitFor();
    expect(report.url()).not.toContain('hone_');
    expect(await report.evaluate('getComputedStyle(document.body).margin')).toBe('0px');
    await page.context().close();
  });

  it('pauses, continues and cancels a run', async () => {
    const page = await signedIn('operator');
    await page.getByRole('link', { name: 'Start a run' }).first().click();
    await page.getByLabel('Run input (YAML or JSON)').fill(inputOf('epochs: 4000, seed: 7'));
    await page.getByRole('button', { name: 'Start without an estimate', exact: true }).click();
    await page.getByRole('img', { name: /Training loss/ }).waitFor(WAIT);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Continue', exact: true }).waitFor(WAIT);
    await picture(page, 'paused');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor(WAIT);
    await page.getByRole('button', { name: 'Cancel the run', exact: true }).click();
    await page.getByRole('button', { name: 'Keep it running', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the run', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the run', exact: true }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /^cancelled$/ })
      .waitFor(WAIT);
    expect(await page.getByRole('button', { name: /Pause|Continue|Cancel/ }).count()).toBe(0);
    await page.context().close();
  });

  it('rolls back for an admin alone, and shows what moved and why', async () => {
    const page = await signedIn('operator');
    await page.getByRole('link', { name: 'Start a run' }).first().click();
    await page.getByLabel('Run input (YAML or JSON)').fill(inputOf('epochs: 1, seed: 2'));
    await page.getByRole('button', { name: 'Start without an estimate', exact: true }).click();
    await page.getByText('Published as pumps v2').waitFor(WAIT);
    await page.goto(`${url}/#/models/pumps`);
    await page.getByRole('heading', { name: 'What moved, and why' }).waitFor();
    expect(await page.getByRole('button', { name: /Roll back/ }).count()).toBe(0);
    await page.context().close();

    const admin = await signedIn('admin');
    await admin.getByRole('link', { name: 'Models' }).click();
    await admin.getByRole('link', { name: 'pumps' }).click();
    await admin.getByLabel('Reason', { exact: true }).fill(CANARY);
    await admin.getByRole('button', { name: 'Roll back to v1' }).click();
    await admin.getByText('v1 is the current version now.').waitFor();
    await admin.getByText('v2 → v1, rollback').waitFor();
    await admin.getByText(CANARY).waitFor();
    await admin.getByText('by the admin').waitFor();
    await picture(admin, 'model');
    await admin.context().close();
  });

  it('creates, pauses and deletes a schedule', async () => {
    const admin = await signedIn('admin');
    await admin.getByRole('link', { name: 'Schedules' }).click();
    await admin.getByText('There are no schedules.').waitFor();
    await admin.getByText('New schedule').click();
    await admin.getByLabel('Name', { exact: true }).fill('nightly');
    await admin.getByLabel('Run input (YAML or JSON)').fill(inputOf('epochs: 400', true));
    await admin.getByRole('button', { name: 'Create', exact: true }).click();
    await admin.getByRole('heading', { name: 'nightly' }).waitFor();
    await admin.getByRole('button', { name: 'Pause', exact: true }).click();
    await admin.getByText('by the admin').waitFor();
    await picture(admin, 'schedule');
    await admin.getByRole('button', { name: 'Delete', exact: true }).click();
    await admin.getByRole('button', { name: 'Delete', exact: true }).click();
    await admin.getByText('There are no schedules.').waitFor();
    await admin.context().close();
  });

  it('can be used with the keyboard alone', async () => {
    const page = await signedIn('viewer');
    await page.goto(`${url}/#/models`);
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    const reached: string[] = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      reached.push(String(await page.evaluate('document.activeElement.textContent')));
    }
    expect(reached).toEqual(expect.arrayContaining(['pumps', 'Runs', 'Models', 'Schedules', '中文']));
    await page.context().close();
  });

  describe.each([
    ['en-GB', 'light'],
    ['zh-CN', 'dark'],
  ] as const)('in the language %s, %s, on a phone', (locale, colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await signedIn('admin', { locale, colorScheme, viewport: PHONE, hasTouch: true, isMobile: true });
    });
    afterAll(() => page?.context().close());

    it.each([
      ['runs', () => '#/runs'],
      ['a run', () => new URL(runAddress).hash],
      ['start', () => '#/start'],
      ['models', () => '#/models'],
      ['a model', () => '#/models/pumps'],
      ['schedules', () => '#/schedules'],
      ['an error', () => '#/runs/nothing'],
    ])('%s: accessible, and no wider than the screen', async (name, address) => {
      await page.goto(`${url}/${address()}`);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.locator('main :is(h1, [role=alert])').first().waitFor();
      if (name === 'a run') await page.getByRole('heading', { name: /^(Result|结果)$/ }).waitFor();
      if (name === 'schedules') await page.locator('details.panel > summary').click();
      await picture(page, `phone-${locale}-${name.replace(' ', '-')}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      expect(width).toBeLessThanOrEqual(PHONE.width);
      expect(await page.evaluate('document.documentElement.lang')).toBe(locale.startsWith('zh') ? 'zh-CN' : 'en');
    });

    it('speaks its language, in errors too', async () => {
      await page.goto(`${url}/#/runs/nothing`);
      const alert = page.getByRole('alert');
      await alert.waitFor();
      const isChinese = /\p{Script=Han}/u.test((await alert.textContent()) ?? '');
      expect(isChinese).toBe(locale.startsWith('zh'));
      await page.goto(`${url}/#/runs`);
      await page.getByRole('heading', { name: locale.startsWith('zh') ? '运行' : 'Runs' }).waitFor();
      await page.getByRole('button', { name: locale.startsWith('zh') ? 'English' : '中文' }).click();
      await page.getByRole('heading', { name: locale.startsWith('zh') ? 'Runs' : '运行' }).waitFor();
    });
  });

  it('shows markup of titles, questions, reasons and errors as text, and loads nothing from elsewhere', async () => {
    const page = await signedIn('viewer');
    await page.getByText(`Pumps ${CANARY}`).first().waitFor();
    await picture(page, 'runs');
    expect(await page.locator('img, script:not([src])').count()).toBe(0);
    await page.context().close();
    expect(bad).toEqual([]);
  });
});
