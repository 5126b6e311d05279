/**
 * Who may import whom, as one table; `npm run lint` checks it with dependency-cruiser. A folder that a row does not
 * name may not be imported from there. Type-only imports count: a type is knowledge as well.
 */
const GROUND = ['core/contracts', 'core/primitives'];
const MAY_IMPORT = {
  'core/contracts': [],
  'core/primitives': ['core/contracts'],
  'core/autodiff': [],

  'core/devices': [...GROUND, 'core/autodiff', 'core/hub'],
  'core/encoder': [...GROUND, 'core/autodiff', 'core/devices'],
  'core/rate-limit': ['core/contracts'],
  'core/run': ['core/contracts'],
  'core/artifacts': GROUND,
  'core/codec': ['core/contracts'],
  'core/hub': GROUND,
  'core/provider': [...GROUND, 'core/rate-limit'],

  'core/corpus': GROUND,
  'core/questions': [...GROUND, 'core/rate-limit'],
  'core/dataset': [...GROUND, 'core/questions'],
  'core/retrieval': GROUND,
  'core/release': GROUND,
  'core/report': GROUND,
  'core/tracking': GROUND,
  'core/telemetry': ['core/contracts'],

  'core/training': [...GROUND, 'core/autodiff', 'core/devices', 'core/encoder', 'core/dataset', 'core/retrieval'],

  'core/verify': [...GROUND, 'core/encoder', 'core/provider', 'core/retrieval'],

  // Of activities, the types of their functions alone: see the rule types-of-activities.
  workflows: ['core/contracts', 'core/rate-limit', 'core/run', 'activities'],
  activities: ['core'],
  workers: ['core', 'activities'],
  client: [...GROUND, 'core/codec', 'core/run', 'core/telemetry', 'workflows/messages.ts'],
  server: ['core', 'client'],
  cli: ['core', 'client', 'workers', 'server'],

  bench: ['core', 'client', 'workers', 'tests'],
  infra: ['core', 'client', 'server', 'cli', 'tests'],
  examples: ['core'],
};

/** Temporal bundles these for its sandbox, which has none of Node's modules. */
const SANDBOX = ['core/contracts', 'core/rate-limit', 'core/run', 'workflows'];

const inside = (paths) => `^(?:${paths.join('|')})(?:/|$)`;
/** Tests and their fixtures set a stage that may need more than what they test. */
const TESTS = String.raw`\.(?:test|fixture)\.ts$|/fixtures/`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `floor: ${folder}`,
      comment: `${folder} may import ${allowed.join(', ') || 'nothing of ours'}.`,
      severity: 'error',
      from: { path: inside([folder]), pathNot: TESTS },
      to: {
        path: '^(?:core|workflows|activities|workers|client|server|cli|bench|infra|examples|tests|scripts)/',
        pathNot: inside([folder, ...allowed]),
      },
    })),
    {
      name: 'types-of-activities',
      comment:
        'Workflows call activities through Temporal: they may know the types of these functions, and nothing else.',
      severity: 'error',
      from: { path: inside(['workflows']), pathNot: TESTS },
      to: { path: inside(['activities']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-knows-no-temporal',
      comment: 'core is the domain: what runs it is above it.',
      severity: 'error',
      from: { path: '^core/', pathNot: TESTS },
      to: { path: 'node_modules/@temporalio/' },
    },
    {
      name: 'browser',
      comment: 'A browser loads what `server/page/add-page.ts` serves: of other modules, types alone.',
      severity: 'error',
      from: { path: inside(['server/page/browser']) },
      to: {
        pathNot: inside([
          'server/page/browser',
          String.raw`server/page/(?:texts|event-stream|curve)\.ts`,
          String.raw`server/access/roles\.ts`,
          String.raw`core/report/(?:page/format|i18n/stage-names)\.ts`,
        ]),
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'sandbox',
      comment: 'Workflows are bundled with these files: no module of Node, and of packages only zod and Temporal.',
      severity: 'error',
      from: { path: inside(SANDBOX), pathNot: TESTS },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev'],
        pathNot: 'node_modules/(?:zod|@temporalio/(?:workflow|common))/',
      },
    },
  ],
  options: {
    // TypeScript 7 has no API in JavaScript; swc reads the same syntax and comes with Temporal's worker.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] },
  },
};
