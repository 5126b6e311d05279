/** Search attributes of runs in Temporal's list and web UI. A run sets those that the server has registered. */
export const SEARCH_ATTRIBUTES = { HoneStage: 'Keyword', HoneModel: 'Keyword', HoneHitRate: 'Double' } as const;
export type SearchAttribute = keyof typeof SEARCH_ATTRIBUTES;
