import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type OperatorService } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../core/contracts/search-attributes.ts';

/** `temporal.api.enums.v1.IndexedValueType`. */
const INDEXED = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;
export type AttributeType = keyof typeof INDEXED;

/** A development server lists a new attribute at once, a cluster within seconds. */
const LISTED_WITHIN_MS = 30_000;

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const ALREADY_EXISTS = 6;

/** The part that the SDK's two connection classes have in common. */
interface Connected {
  readonly operatorService: OperatorService;
}

/** The names of `wanted` that the server knows with the wanted type. */
export async function listSearchAttributes(
  { operatorService }: Connected,
  namespace: string,
  wanted: Readonly<Record<string, AttributeType>> = SEARCH_ATTRIBUTES,
): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return usable(customAttributes ?? {}, wanted);
}

function usable(listed: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, AttributeType>>): string[] {
  return Object.entries(wanted).flatMap(([name, type]) => (listed[name] === INDEXED[type] ? [name] : []));
}

/**
 * Registers missing search attributes, if the server allows it.
 * @param wanted name -> type.
 * @returns the names that the server knows afterwards with the wanted type.
 *
 * Invariant: a run sets no other attribute, because its workflow tasks would fail and be retried forever.
 */
export async function registerSearchAttributes(
  { operatorService }: Connected,
  namespace: string,
  wanted: Readonly<Record<string, AttributeType>> = SEARCH_ATTRIBUTES,
): Promise<string[]> {
  const list = async () => (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  try {
    let listed = await list();
    const missing = Object.entries(wanted).filter(([name]) => listed[name] === undefined);
    if (missing.length === 0) return usable(listed, wanted);
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, INDEXED[type]]));
    const refused = await operatorService
      .addSearchAttributes({ namespace, searchAttributes })
      // ALREADY_EXISTS: another worker registered them at the same moment.
      .then(
        () => false,
        (error) => !(isGrpcServiceError(error) && error.code === ALREADY_EXISTS),
      );
    if (refused) return usable(listed, wanted);
    for (const deadline = performance.now() + LISTED_WITHIN_MS; performance.now() < deadline; await sleep(50)) {
      listed = await list();
      if (missing.every(([name]) => listed[name] !== undefined)) break;
    }
    return usable(listed, wanted);
  } catch {
    // Some servers cannot even list them (the time-skipping test server, managed clouds): none can be used.
    return [];
  }
}
