import type { Chunk } from '../contracts/corpus.ts';
import type { Question } from '../contracts/questions.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { toQuestion } from './collect-questions.ts';
import { normalizeQuestion } from './validation/equivalent-questions.ts';

/** Headings that may stand above any text. Compared without case, spaces and punctuation. */
const GENERIC = new Set(
  [
    'overview, introduction, intro, summary, abstract, conclusion, conclusions, background, contents, table of contents',
    'preface, foreword, appendix, notes, note, remarks, references, see also, further reading, links, resources, about',
    'general, general information, miscellaneous, misc, other, others, details, description, example, examples, usage',
    'basic usage, advanced usage, getting started, quick start, start here, welcome, home, index, faq, faqs, q&a',
    'frequently asked questions, questions, type, types, syntax, parameters, options, returns, return value, default',
    'warning, tip, info, important, caution, changelog, what is next, next steps, untitled, purpose, scope, definitions',
    '概述, 概览, 简介, 介绍, 引言, 前言, 序言, 总结, 小结, 摘要, 结论, 背景, 目录, 附录, 备注, 注意, 注意事项, 说明, 参考, 参考资料',
    '参考文献, 相关链接, 延伸阅读, 更多, 其他, 其它, 详情, 详细信息, 详细描述, 描述, 示例, 例子, 例, 用法, 使用, 使用方法, 使用方式, 基本用法',
    '基本使用, 基础用法, 基础, 进阶, 高级用法, 快速开始, 快速上手, 开始, 开始使用, 起步, 欢迎, 首页, 常见问题, 问答, 类型, 语法, 参数, 选项',
    '返回值, 默认值, 提示, 警告, 信息, 更新日志, 下一步, 目的, 范围, 定义, 期望的绑定值类型',
  ].flatMap((line) => line.split(', ').map(normalizeQuestion)),
);
/** `第三章`, `Chapter 4`, `Part I.`: a part of a document without a subject. */
const PART =
  /^(chapter|section|part|appendix|item|step|article)\s+[\divxlc.]+$|^第[\d一二三四五六七八九十百]+[章节部分条步]$/i;
const NUMBERING =
  /^(?:\d+(?:\.\d+)*[.)、]?\s+|[（(][\d一二三四五六七八九十]+[)）]\s*|[一二三四五六七八九十]+、\s*|第[\d一二三四五六七八九十百]+[章节]\s+)/u;
/** A heading that is a question by itself. */
const ASKS =
  /[?？]$|^(how|what|why|when|where|who|which|can|do|does|is|are|should)\s|^(如何|怎么|怎样|为什么|为何|什么是)|(吗|呢)$/iu;

/**
 * Questions without a language model: the documents' own headings and FAQ titles, as queries for the text below them. A
 * heading that is a question stands alone; any other is joined with the nearest specific heading above it, as people
 * type a query (`Filters Replacing a cartridge`). Chunks without a specific heading get no question.
 *
 * Invariant: passages must not contain their query as a heading line, or retrieval would be string matching.
 * `buildDataset` removes heading lines (`withoutHeadings`) from all passages of such a dataset, in training and
 * validation, those without questions included. Yields to the event loop.
 */
export async function headingQuestions(chunks: readonly Chunk[]): Promise<Question[]> {
  const yieldToEventLoop = eventLoopYielder();
  const questions: Question[] = [];
  for (const chunk of chunks) {
    const text = headingQuery(chunk.headings);
    if (text !== undefined && withoutHeadings(chunk) !== '')
      questions.push({ ...toQuestion(chunk, text), from: 'heading' });
    await yieldToEventLoop();
  }
  return questions;
}

/** The chunk's text without the heading lines at its start; empty if there is nothing else. */
export function withoutHeadings(chunk: Chunk): string {
  const headings = new Set(chunk.headings.map(normalizeQuestion));
  const lines = chunk.text.split('\n');
  const start = lines.findIndex((line) => line.trim() !== '' && !headings.has(normalizeQuestion(line.trim())));
  return start === -1 ? '' : lines.slice(start).join('\n').trim();
}

/** The query of a heading path (outermost first); undefined if none of its headings is specific. */
function headingQuery(headings: readonly string[]): string | undefined {
  const specific = headings.map(specificHeading).filter((heading) => heading !== undefined);
  const last = specific.at(-1);
  if (last === undefined) return undefined;
  const above = specific.at(-2);
  if (above === undefined || ASKS.test(last) || contains(last, above)) return last;
  return contains(above, last) ? above : `${above} ${last}`;
}

/** A heading without numbering and marks; undefined if it does not say what the text is about. */
function specificHeading(heading: string): string | undefined {
  const subject = heading
    .replace(/\s*\{#[^}]*\}\s*$/, '')
    // Marks of footnotes or badges: `Why refs? **`.
    .replace(/[\s*†‡]+$/u, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(NUMBERING, '')
    .replace(/[:：]$/u, '');
  const normal = normalizeQuestion(subject);
  return normal.length < 2 || GENERIC.has(normal) || PART.test(subject) ? undefined : subject;
}

function contains(whole: string, part: string): boolean {
  return normalizeQuestion(whole).includes(normalizeQuestion(part));
}
