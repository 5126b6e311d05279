import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type OperatorService } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../core/contracts/search-attributes.ts';

/** `temporal.api.enums.v1.IndexedValueType`. */
const INDEXED = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;
export type AttributeType = keyof typeof INDEXED;

/** A new attribute is listed at once by a development server, and within seconds by a cluster. */
const LISTED_WITHIN_MS = 30_000;

const ALREADY_EXISTS = 6;

/** Either of the SDK's two connections. */
interface Connected {
  readonly operatorService: OperatorService;
}

/**
 * Registers search attributes that are missing, where that is allowed.
 * @param wanted name -> type.
 * @returns the names that the server has in the end, under these types. A run must set no other: its workflow tasks
 * would fail for ever.
 */
export async function registerSearchAttributes(
  { operatorService }: Connected,
  namespace: string,
  wanted: Readonly<Record<string, AttributeType>> = SEARCH_ATTRIBUTES,
): Promise<string[]> {
  const list = async () => (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  const usable = (listed: Awaited<ReturnType<typeof list>>) =>
    Object.keys(wanted).filter((name) => listed[name] === INDEXED[wanted[name] as AttributeType]);
  try {
    let listed = await list();
    const missing = Object.entries(wanted).filter(([name]) => listed[name] === undefined);
    if (missing.length === 0) return usable(listed);
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, INDEXED[type]]));
    const refused = await operatorService
      .addSearchAttributes({ namespace, searchAttributes })
      // Another worker that starts at the same moment may have been quicker.
      .then(
        () => false,
        (error) => !(isGrpcServiceError(error) && error.code === ALREADY_EXISTS),
      );
    if (refused) return usable(listed);
    for (const giveUp = Date.now() + LISTED_WITHIN_MS; Date.now() < giveUp; await sleep(50)) {
      listed = await list();
      if (missing.every(([name]) => listed[name] !== undefined)) break;
    }
    return usable(listed);
  } catch {
    // A server that does not even list them (the time-skipping one, a cloud's) is taken to know none.
    return [];
  }
}
