import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { QuestionFault } from '../../questions/validation/validate-question.ts';
import { reasonZh } from './reasons-zh.ts';

const CORE = join(import.meta.dirname, '../..');

/** Literals that are reasons: of an `Unreadable`, of `fail`, and those that `reason:` or `failure:` name. */
const REASON = /(?:new Unreadable\(|\bfail\(|\breason: |\bfailure: |\? |: )\s*(['`])((?:(?!\1).)+)\1/g;
/** As it throws one; other literals of readers are texts of documents. */
const UNREADABLE = /new Unreadable\((?:[^;]*?(?:\?\?|\?|:)\s*)?(['`])((?:(?!\1).)+)\1/g;

/** The reasons in the source of a folder, with placeholders filled in. */
async function reasonsIn(folder: string, only: RegExp, pattern: RegExp): Promise<string[]> {
  const files = (await readdir(join(CORE, folder), { recursive: true })).filter(
    (name) => only.test(name) && !/\.(?:test|fixture)\.|fixtures/.test(name),
  );
  const sources = files.map((name) => readFileSync(join(CORE, folder, name), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(pattern)]
      .map(([, , text = '']) => text.replace(/\$\{[^}]*\}/g, '12'))
      .filter((text) => / /.test(text)),
  );
}

test.each([
  // detect-media.ts composes its reasons; they are among the examples below.
  ['core/corpus/readers', 'corpus/readers', /^(?!detect-media).*\.ts$/, UNREADABLE],
  ['the process of readers', 'corpus/readers', /^read(er-process|-document|-content)\.ts$/, REASON],
  ['core/corpus/sources', 'corpus/sources', /^walk\.ts$/, REASON],
  ['an answer without text', 'questions/asking', /^read-completion\.ts$/, REASON],
])('every reason in %s has a Chinese text', async (_where, folder, only, pattern) => {
  const reasons = await reasonsIn(folder, only, pattern);
  expect(reasons.length).toBeGreaterThan(2);
  expect(reasons.filter((reason) => reasonZh(reason) === undefined)).toEqual([]);
});

test.each([
  [
    'named .docx but holds an old or encrypted Office file; save it as docx, xlsx or pptx without a password',
    '旧版或加密的 Office 文件，请另存为无密码的 docx、xlsx 或 pptx',
  ],
  ['named .pdf but holds a web page', '扩展名为 .pdf，实际是网页'],
  ['named .md but holds a PNG image', '实际是 PNG 图片'],
  ['holds binary data', '实际是二进制数据'],
  [
    '.xlsx files are not read (md, txt, html, pdf and docx are)',
    '不读取 .xlsx 文件（支持 md、txt、html、pdf 和 docx）',
  ],
  ['.exe files are not read (md, txt and eml are)', '不读取 .exe 文件（支持 md、txt 和 eml）'],
  ['a binary Excel workbook; save it as xlsx', '二进制的 Excel 工作簿，请另存为 xlsx'],
  ['a document of Apple iWork; save it as docx, pptx or xlsx', 'Apple iWork 文档，请另存为 docx、pptx 或 xlsx'],
  ['larger than the 64 MiB a document may have', '超过单个文档的上限 64 MiB'],
  ['same content as 设备/a $1.md', '与 设备/a $1.md 内容相同'],
  ['the answer reached the token limit within the model’s thoughts', '思考过程用完了 token 上限，没有回答'],
  ['the answer ended within the model’s thoughts', '回答在思考过程中结束'],
  ['the answer held thoughts and nothing else', '回答只有思考过程'],
  ['the endpoint answered 503', '端点返回 503'],
  ['the endpoint answered 500 (grammar failed)', '端点返回 500（grammar failed）'],
  ['the endpoint could not be reached (ECONNREFUSED)', '无法连接端点（ECONNREFUSED）'],
  ['no usable question: too long, asked twice', '没有可用的问题：过长、重复'],
  [
    'The request is larger than the tokens a minute that api.example.com allows: Limit 30000',
    '请求超过 api.example.com 每分钟的 token 上限（Limit 30000）',
  ],
  ['The content filter of api.example.com refused the text.', 'api.example.com 的内容过滤器拒绝了这段文本'],
])('%s', (recorded, chinese) => expect(reasonZh(recorded)).toBe(chinese));

test('every fault of a question has a Chinese text', () => {
  const faults = {
    'a preamble': '开场白',
    'a closing remark': '结束语',
    'a refusal': '拒绝回答',
    empty: '为空',
    'too short': '过短',
    'too long': '过长',
    'not plain text': '不是纯文本',
    'words of a prompt': '含提示词',
    'a quiz item': '测验题',
    'not a question': '不是问题',
    'cut off': '不完整',
    'a thought': '是模型的思考',
    'speaks of the passage': '提到“本文”之类',
    'copied from the passage': '照抄原文',
    'in another language': '语言不符',
    'a translation': '是译文',
    'asked twice': '重复',
  } satisfies Record<QuestionFault, string>;
  for (const [fault, chinese] of Object.entries(faults)) {
    expect(reasonZh(`no usable question: ${fault}`)).toBe(`没有可用的问题：${chinese}`);
  }
});

test('an unknown reason is left to the caller', () => {
  expect(reasonZh('the moon was full')).toBeUndefined();
  expect(reasonZh('no usable question: too long, too blue')).toBeUndefined();
});
