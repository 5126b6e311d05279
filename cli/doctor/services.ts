import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import OpenAI from 'openai';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Profile } from '../../core/contracts/profile.ts';
import { duration } from '../output/format.ts';
import { openSession } from '../runtime/session.ts';
import type { Check, Finding } from './finding.ts';

/** Reaches the configured server, or starts the one hone would start, and lists a run. */
export const temporal: Check = {
  name: 'Temporal',
  async run() {
    const started = performance.now();
    const session = await openSession({ worker: false });
    try {
      await session.hone.list({ limit: 1 });
      const took = duration((performance.now() - started) / 1000);
      return {
        status: 'ok',
        found: `${session.temporal}, ${session.embedded ? 'run by hone, up' : 'answers'} in ${took}`,
      };
    } finally {
      await session.close();
    }
  },
};

/** Writes two small entries and makes sure that a second writer of either is turned away. */
export function store(open: () => Promise<ArtifactStore>): Check {
  return {
    name: 'store',
    async run() {
      const opened = await open();
      const bytes = new TextEncoder().encode(randomUUID());
      await opened.putIfAbsent('doctor/entry', bytes);
      const twice = await opened.putIfAbsent('doctor/entry', bytes);
      const before = await opened.readPointer('doctor/pointer');
      const swapped = await opened.swapPointer('doctor/pointer', before?.version, bytes);
      const stale = await opened.swapPointer('doctor/pointer', before?.version, bytes);
      if (!twice && swapped !== undefined && stale === undefined) {
        return { status: 'ok', found: `${opened.uri}, conditional writes hold` };
      }
      return {
        status: 'fail',
        found: `${opened.uri} lets a second writer overwrite the first`,
        advice: 'Use another store: two workers would overwrite each other’s models here.',
      };
    },
  };
}

/**
 * Asks each endpoint for its list of models, which costs nothing.
 * @param keyless profiles that cannot be used, each with the variable that should hold its key.
 */
export function profiles(
  known: Readonly<Record<string, Profile>>,
  keyless: Readonly<Record<string, string>> = {},
): Check {
  return {
    name: 'LLM',
    async run() {
      const names = Object.keys(known);
      const lacking = Object.entries(keyless).map(([name, variable]) => lacksKey(name, variable));
      if (names.length + lacking.length === 0) {
        return {
          status: 'warn',
          found: 'no profile: nothing to word questions with',
          advice: 'Set OPENAI_API_KEY (and OPENAI_BASE_URL for a server of yours), or use --questions headings.',
        };
      }
      const asked = await Promise.all(names.map((name) => profile(name, known[name] as Profile)));
      const findings = [...asked, ...lacking];
      const worst = findings.find(({ status }) => status === 'fail') ?? lacking[0];
      const found = findings.map((finding) => finding.found).join('; ');
      return { status: worst?.status ?? 'ok', found, ...(worst?.advice ? { advice: worst.advice } : {}) };
    },
  };
}

function lacksKey(name: string, variable: string): Finding {
  return { status: 'warn', found: `${name}: ${variable} is not set`, advice: `Set ${variable} to the key of ${name}.` };
}

async function profile(name: string, { baseURL, apiKey }: Profile): Promise<Finding> {
  const client = new OpenAI({ apiKey, ...(baseURL ? { baseURL } : {}), maxRetries: 0, timeout: 10_000 });
  const where = `${name} (${new URL(client.baseURL).host})`;
  try {
    const models = await client.models.list();
    return { status: 'ok', found: `${where}: ${models.data.length} models` };
  } catch (error) {
    if (error instanceof OpenAI.AuthenticationError || error instanceof OpenAI.PermissionDeniedError) {
      return {
        status: 'fail',
        found: `${where}: the key is refused`,
        advice: 'Check its key: in OPENAI_API_KEY, or in the variable that apiKeyFrom in worker.yaml names.',
      };
    }
    // A server without that endpoint may well answer questions.
    if (error instanceof OpenAI.NotFoundError) return { status: 'ok', found: `${where}: answers, lists no models` };
    const reason = error instanceof OpenAI.APIConnectionError ? 'does not answer' : `answers with an error`;
    return {
      status: 'fail',
      found: `${where}: ${reason}`,
      advice: 'Check its address (OPENAI_BASE_URL, or baseURL in worker.yaml) and the network.',
    };
  }
}

export function models(folder: string): Check {
  return {
    name: 'models',
    async run() {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      const cached = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).length;
      return { status: 'ok', found: cached === 0 ? `none cached yet in ${folder}` : `cached in ${folder}` };
    },
  };
}
