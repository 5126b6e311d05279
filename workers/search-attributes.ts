/** What runs can be searched by in Temporal's list and web UI. */
export const SEARCH_ATTRIBUTES = { HoneStage: 'Keyword', HoneModel: 'Keyword', HoneHitRate: 'Double' } as const;
