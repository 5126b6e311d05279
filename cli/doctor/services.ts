import { access, constants, mkdir, readdir } from 'node:fs/promises';
import OpenAI from 'openai';
import type { Profile } from '../../core/contracts/profile.ts';
import { openClient } from '../../core/provider/client.ts';
import { duration } from '../output/format.ts';
import { openSession } from '../runtime/session.ts';
import type { Check, Finding } from './finding.ts';

/** Connects to the configured server, or starts Hone's own, and lists a run. */
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
        found: `${session.temporal}, ${session.embedded ? 'started by Hone' : 'answered'} in ${took}`,
      };
    } finally {
      await session.close();
    }
  },
};

/**
 * Requests the list of models from the endpoint of each profile, which costs nothing.
 * @param keyless Profiles without a key -> the environment variable that should hold it.
 */
export function profiles(
  usable: Readonly<Record<string, Profile>>,
  keyless: Readonly<Record<string, string>> = {},
): Check {
  return {
    name: 'LLM',
    async run() {
      const missingKeys = Object.entries(keyless).map(([name, variable]) => missingKey(name, variable));
      const answered = await Promise.all(Object.entries(usable).map(([name, profile]) => checkProfile(name, profile)));
      const findings = [...answered, ...missingKeys];
      if (findings.length === 0) {
        return {
          status: 'warn',
          found: 'no profile, so no language model to generate questions',
          advice: 'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint), or use --questions headings.',
        };
      }
      const worst = findings.find(({ status }) => status === 'fail') ?? missingKeys[0];
      const found = findings.map((finding) => finding.found).join('; ');
      return { status: worst?.status ?? 'ok', found, advice: worst?.advice };
    },
  };
}

function missingKey(name: string, variable: string): Finding {
  return { status: 'warn', found: `${name}: ${variable} is not set`, advice: `Set ${variable} to the key of ${name}.` };
}

async function checkProfile(name: string, profile: Profile): Promise<Finding> {
  const client = openClient(profile, 10_000);
  const where = `${name} (${new URL(client.baseURL).host})`;
  try {
    const models = await client.models.list();
    return { status: 'ok', found: `${where}: ${models.data.length} models` };
  } catch (error) {
    if (error instanceof OpenAI.AuthenticationError || error instanceof OpenAI.PermissionDeniedError) {
      return {
        status: 'fail',
        found: `${where}: the key is refused`,
        advice: 'Check the key in OPENAI_API_KEY, or in the variable that apiKeyFrom in worker.yaml names.',
      };
    }
    // A server without the list of models may still generate questions.
    if (error instanceof OpenAI.NotFoundError) return { status: 'ok', found: `${where}: answers, but lists no models` };
    const reason = error instanceof OpenAI.APIConnectionError ? 'does not answer' : 'answers with an error';
    return {
      status: 'fail',
      found: `${where}: ${reason}`,
      advice: 'Check the address (OPENAI_BASE_URL, or baseURL in worker.yaml) and the network.',
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
