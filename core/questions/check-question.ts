const SHORTEST = 4;
const LONGEST = 300;

const PREAMBLE =
  /^(here (are|is)|sure\b|certainly\b|of course\b|okay\b|below (are|is)|the following|as requested|i('ve| have)? (created|generated|written)|以下|下面|好的|当然|没问题|根据.{0,12}(生成|提出|编写))/i;
const PREAMBLE_SUBJECT = /question|quer(y|ies)|问题|提问/i;

/** Words by which an English question points at a page that its reader cannot see. */
const POINTS_AT_TEXT = [
  /\b(according to|based on|as (stated|mentioned|described|discussed|outlined|noted) in|(mentioned|described|discussed|provided|outlined|stated|given|presented) in) (the|this|these|that|a)?\s?((given|provided|above|following|supplied) )?(context|passage|text|excerpt|document|paragraph|section|article|snippet|information|content)s?\b/i,
  /\b(the|this) (context information|given (context|text|passage)|provided (context|text|passage|information|document)|passage above|text above|above (text|passage|context))\b/i,
  /\b(in|from|of|by|does|do) (the|this) (passage|excerpt|snippet)\b/i,
  /\b(in|from) (the|this) (context|text|paragraph|document)\s*([?.,!]|$)/i,
];
/** The Chinese ones. 上下文 is a technical term too, and only points at the text right after a preposition. */
const POINTS_AT_TEXT_ZH = [
  /(^|[在从据按照依于，,、])(上述|以上|上面|所?给定?|所?提供)?的?(上下文|上文|文中|原文|文本中|本文|材料中|短文|资料中)(信息|内容)?(中|里|所|提到|提及|描述|介绍|说明|，|,|$)/u,
  /^(文中|本文|本段|原文|上文)/u,
  /(根据|依据|基于|结合)(上述|以上|所?给定?的?|所?提供的?|这段|该段)(上下文|文本|内容|信息|文字|段落|材料|资料|文档)/u,
  /(这|该|本|此)(段|篇)(文字|文本|内容|话|文章|材料)/u,
];

const ASKS =
  /^(what|how|why|when|where|who|whom|whose|which|can|could|does|do|did|is|are|was|were|will|would|should|may|has|have|in (what|which)|at what|for (what|which|how)|under what|on what|by what|to what|explain|describe|list|compare|name|discuss|give|identify|summari[sz]e)\b/i;
const ASKS_ZH = /什么|如何|怎么|怎样|为何|为什么|哪|是否|多少|几|吗|呢|谁|能否|可否|请/u;

export interface Expected {
  /** What the question should be written in; only `zh` and `en` are told apart, by script. Undefined: anything. */
  language: string | undefined;
}

/**
 * Why a candidate is no question that somebody who searches would ask; undefined if nothing speaks against it.
 * These are the first-line checks: what reads plainly wrong, whatever the passage.
 */
export function faultOfQuestion(text: string, { language }: Expected): string | undefined {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0) return 'empty';
  if (letters < SHORTEST) return 'too short';
  if (text.length > LONGEST) return 'too long';
  const statement = /[.。!！…]$/u.test(text);
  const colon = /[:：]$/u.test(text);
  if (PREAMBLE.test(text) && PREAMBLE_SUBJECT.test(text) && (statement || colon)) return 'a preamble';
  if (colon) return 'not a question';
  if ([...POINTS_AT_TEXT, ...POINTS_AT_TEXT_ZH].some((pattern) => pattern.test(text))) return 'speaks of the passage';
  if (statement && !ASKS.test(text) && !ASKS_ZH.test(text)) return 'not a question';
  return wrongLanguage(text, language);
}

/** The same question but for case, spaces, punctuation and width of characters. */
export function normalQuestion(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Chinese letters a Chinese passage has at least; below it is mostly code or tables, and may be asked about in any script. */
const CHINESE_SHARE = 0.2;

/**
 * The language a passage's questions should be in: the one that is forced, else the passage's own where its script bears
 * it out.
 */
export function expectedLanguage(passage: string, language: string, forced: string | undefined): string | undefined {
  if (forced !== undefined) return forced;
  return language !== 'zh' || hanShare(passage) >= CHINESE_SHARE ? language : undefined;
}

function wrongLanguage(text: string, language: string | undefined): string | undefined {
  const han = hanShare(text);
  const wrong = language === 'zh' ? han === 0 : language === 'en' ? han > 0.5 : false;
  return wrong ? 'in another language' : undefined;
}

function hanShare(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters === 0 ? 0 : (text.match(/\p{Script=Han}/gu)?.length ?? 0) / letters;
}
