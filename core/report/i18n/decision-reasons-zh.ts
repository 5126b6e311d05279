/**
 * The reason of a retraining's decision in Chinese. Reasons are recorded in English (`core/release/decide.ts`), so each
 * form of theirs is a pattern here; what a person wrote stays as it is.
 * @returns undefined if the reason has none of these forms.
 */
export function decisionReasonZh(reason: string): string | undefined {
  for (const [pattern, toChinese] of FORMS) {
    const match = pattern.exec(reason);
    if (match) return toChinese(...match.slice(1));
  }
  return undefined;
}

type Part = string | undefined;

const GAIN =
  '((?:better|worse) than|as good as) (.+?)(?: by ([\\d.]+) points)? \\(95 % CI (-?[\\d.]+) to (-?[\\d.]+)(?:; too few to tell: (\\d+) (question|document)s?, of at least (\\d+))?\\)(?: in (\\S+) over (\\d+) questions)?';
/** Parts that `GAIN` has. */
const GAIN_PARTS = 10;
const GENERAL = `on the general set it is ${GAIN}`;
const refused = (rest: string) =>
  new RegExp(`^.+? stays(?: unpublished)?: the new model was refused: ${rest}\\.$`, 's');

const FORMS: readonly (readonly [RegExp, (...parts: Part[]) => string])[] = [
  [/^Training produced the same weights as (.+)\.$/, (label) => `训练得到的权重与 ${label} 相同。`],
  [
    /^.+? stays(?: unpublished)?: (.+) of (\d+) documents? \((.+)\) since it was promoted, and retrain\.minChangedShare is (.+)\.$/,
    (counts = '', all, share = '', least = '') =>
      `上次发布以来，${all} 篇文档中${countsZh(counts)}（${tight(share)}），未达到 retrain.minChangedShare 的 ${tight(least)}。`,
  ],
  [
    /^.+? stays(?: unpublished)?: training produced the weights of (v\d+), which (.*?) rolled back(?: \((.*)\))?\.$/s,
    (version, by, why) =>
      `训练得到的是 ${version} 的权重，该版本已被${by ? ` ${by} ` : ''}退回${why === undefined ? '' : `（${why}）`}。`,
  ],
  [/^.+? stays(?: unpublished)?: the new model was rejected: (.+)\.$/s, (why) => `审批被拒绝：${why}。`],
  [
    refused('the base model ranks the development questions better than every training that was tried.*'),
    () => '在留出的训练问题上，基础模型优于所有试训。',
  ],
  [refused(`it is not known to be better; ${GAIN}`), (...gain) => `无法判断是否更好：新模型${gainZh(gain)}。`],
  [refused(`it is not significantly better; ${GAIN}`), (...gain) => `提升不显著：新模型${gainZh(gain)}。`],
  [
    refused(`${GENERAL}; retrain\\.maxGeneralDrop is (.+)`),
    (...parts) =>
      `在通用数据集上，新模型${gainZh(parts)}；retrain.maxGeneralDrop 为 ${tight(parts[GAIN_PARTS] ?? '')}。`,
  ],
  [refused(GAIN), (...gain) => `新模型${gainZh(gain)}。`],
  [
    new RegExp(`^The new model is ${GAIN}(?:; ${GENERAL})?\\.$`),
    (...parts) =>
      `新模型${gainZh(parts)}${parts[GAIN_PARTS] === undefined ? '' : `；在通用数据集上${gainZh(parts.slice(GAIN_PARTS))}`}。`,
  ],
];

/** `比 handbook v3 高 4.0 个百分点（95% 置信区间 1.0 至 7.0；60 个问题的 hit@5）` */
function gainZh(parts: readonly Part[]): string {
  const [comparison, label = '', points, low, high, few, what, minimum, metric, queries] = parts;
  const than = label === 'base' ? '基础模型' : ` ${label} `;
  const basis = metric === undefined ? '' : `；${queries} 个问题的 ${metric}`;
  const tooFew =
    few === undefined
      ? ''
      : `；样本太少：${what === 'document' ? '文档' : '问题'}只有 ${few} 个，至少需要 ${minimum} 个`;
  const interval = `（95% 置信区间 ${low} 至 ${high}${tooFew}${basis}）`;
  if (points === undefined) return `与${than}相当${interval}`;
  return `比${than}${comparison === 'worse than' ? '低' : '高'} ${points} 个百分点${interval}`;
}

/** `3 changed, 1 added` */
function countsZh(counts: string): string {
  if (counts === 'none changed') return '没有变化';
  const words: Record<string, string> = { changed: '有改动', added: '新增', removed: '删除' };
  return counts
    .split(', ')
    .map((part) => part.split(' '))
    .map(([count, what = '']) => `${words[what] ?? what} ${count} 篇`)
    .join('、');
}

/** `5.0 %` -> `5.0%` */
function tight(percent: string): string {
  return percent.replace(' %', '%');
}
