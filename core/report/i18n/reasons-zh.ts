/**
 * Chinese texts for the reasons why documents are skipped and passages have no questions, which are recorded in
 * English. `$1` is what the first group matched. `reasons-zh.test.ts` fails if the readers have a reason that is
 * missing here.
 */
const REASONS: readonly (readonly [RegExp, string])[] = [
  // Of documents
  [/^same content as another file$/, '与另一文件内容相同'],
  [/^same content as (.+)$/s, '与 $1 内容相同'],
  [/^larger than the (\d+) MiB a document may have$/, '超过单个文档的上限 $1 MiB'],
  [/^empty file$/, '空文件'],
  [/^files without an extension are not read \((.+) and (.+) are\)$/, '不读取没有扩展名的文件（支持 $1 和 $2）'],
  [/^(\S+) files are not read \((.+) and (.+) are\)$/, '不读取 $1 文件（支持 $2 和 $3）'],
  [/^folder cannot be opened \((.+)\)$/s, '无法打开文件夹（$1）'],
  [/^cannot be opened \((.+)\)$/s, '无法打开（$1）'],
  [/^not a regular file$/, '不是普通文件'],
  [/^a link to a place outside the folders this worker may read$/, '链接指向 worker 无权读取的位置'],
  [/^a link to a hidden file or folder$/, '链接指向隐藏的文件或文件夹'],
  [/^a broken link \((.+)\)$/s, '失效的链接（$1）'],
  [/^a name that some servers confuse with another$/, '名称在某些存储服务器上会与别的名称混淆'],
  [/^cannot be read \(its reader ended with (.+)\)$/, '无法读取（读取进程以 $1 结束）'],
  [/^cannot be read \((.+)\)$/s, '无法读取（$1）'],
  [/^no (?:readable )?text layer.*$/, '没有可读取的文字层（扫描件需要先做 OCR）'],
  [
    /^no readable text: its fonts do not say which letters they draw.*$/,
    '没有可读取的文字：字体未注明所绘的是哪些字（需要先做 OCR）',
  ],
  [/^no text in it$/, '没有文字'],
  [/^encrypted(?:: it needs a password)?$/, '已加密，需要密码'],
  [/^a damaged PDF \((.+)\)$/s, 'PDF 已损坏（$1）'],
  [/^a damaged zip archive$/, 'zip 压缩包已损坏'],
  [
    /^a zip archive that unpacks to more than it declares, or to more than (\d+) MiB$/,
    'zip 压缩包解压后大于其声明的大小，或超过 $1 MiB',
  ],
  [/^a zip archive, not a document$/, '是 zip 压缩包，不是文档'],
  [/^a binary Excel workbook.*$/, '二进制的 Excel 工作簿，请另存为 xlsx'],
  [/^a document of Apple iWork.*$/, 'Apple iWork 文档，请另存为 docx、pptx 或 xlsx'],
  [/^a damaged Word document$/, 'Word 文档已损坏'],
  [/^a damaged Excel workbook$/, 'Excel 工作簿已损坏'],
  [/^a damaged PowerPoint presentation$/, 'PowerPoint 演示文稿已损坏'],
  [/^a damaged OpenDocument file$/, 'OpenDocument 文件已损坏'],
  [/^a damaged e-book$/, '电子书已损坏'],
  [/^a damaged Jupyter notebook$/, 'Jupyter 笔记本已损坏'],
  [/^not whole as comma-separated values \((.+)\)$/s, '作为 CSV 不完整（$1）'],
  [/^not whole as an e-mail \((.+)\)$/s, '作为邮件不完整（$1）'],
  [/^nested too deeply$/, '嵌套过深'],
  [/^has (\d+) pages, more than (\d+)$/, '共 $1 页，超过上限 $2 页'],
  [/^holds more than 16 million characters of text$/, '文字超过 1600 万个字符'],
  [/^holds more than ([\d,]+) headings$/, '标题超过 $1 个'],
  [/^needs more than (\d+) MB of memory to be read$/, '读取时需要的内存超过 $1 MB'],
  [/^takes more than (\d+) seconds to be read$/, '读取用时超过 $1 秒'],
  [
    /^(?:named \.\S+ but )?holds an old or encrypted Office file.*$/,
    '旧版或加密的 Office 文件，请另存为无密码的 docx、xlsx 或 pptx',
  ],
  [/^(?:named \.\S+ but )?holds an? (\w+) image$/, '实际是 $1 图片'],
  [/^(?:named \.\S+ but )?holds an? (\w+) archive$/, '实际是 $1 压缩包'],
  [/^(?:named \.\S+ but )?holds a program$/, '实际是程序'],
  [/^(?:named \.\S+ but )?holds binary data$/, '实际是二进制数据'],
  [/^named (\.\S+) but holds a web page$/, '扩展名为 $1，实际是网页'],
  [/^named (\.\S+) but holds plain text$/, '扩展名为 $1，实际是纯文本'],
  // Of passages
  [/^the content filter withheld the answer$/, '回答被内容过滤器拦截'],
  [/^the model refused to answer$/, '模型拒绝回答'],
  [/^the answer was empty$/, '回答为空'],
  [/^the answer held no question$/, '回答中没有问题'],
  [/^the answer reached the token limit before its first word$/, '回答尚未开始就到了 token 上限'],
  [/^the answer reached the token limit within the model’s thoughts$/, '思考过程用完了 token 上限，没有回答'],
  [/^the answer ended within the model’s thoughts$/, '回答在思考过程中结束'],
  [/^the answer held thoughts and nothing else$/, '回答只有思考过程'],
  [/^the model sent its thoughts and no answer$/, '模型只返回了思考过程，没有回答'],
  [/^no usable question$/, '没有可用的问题'],
  [/^the endpoint answered (\d+)(?: \((.+)\))?$/s, '端点返回 $1（$2）'],
  [/^the endpoint answered with a web page instead of JSON$/, '端点返回的是网页，不是 JSON'],
  [/^the endpoint answered without any choices(?: \((.+)\))?$/s, '端点的返回中没有 choices（$1）'],
  [/^the endpoint could not be reached(?: \((.+)\))?(?: \(.+\))?$/s, '无法连接端点（$1）'],
  [/^the endpoint did not answer within (\d+) s$/, '端点在 $1 秒内没有返回'],
  [/^the endpoint broke off in the middle of its answer$/, '端点返回到一半中断'],
  [/^the endpoint sent something that is not whole JSON$/, '端点返回的 JSON 不完整'],
  [/^The text is longer than "(.+?)" reads(?:[:,;(. ]+(.+?))?\.?$/s, '文本超过“$1”能读取的长度（$2）'],
  [
    /^The request is larger than the tokens a minute that (\S+?) allows(?:[:,;(. ]+(.+?))?\.?$/s,
    '请求超过 $1 每分钟的 token 上限（$2）',
  ],
  [/^The content filter of (\S+) refused the text(?:[:,;(. ]+(.+?))?\.?$/s, '$1 的内容过滤器拒绝了这段文本（$2）'],
  [/^(\S+) rejected the request \((\d+)\)(?:[:,;(. ]+(.+?))?\.?$/s, '$1 拒绝了请求（$2，$3）'],
];

/** Faults of answers, listed after `no usable question: `. */
const FAULTS: Readonly<Record<string, string>> = {
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
};

/** A recorded reason in Chinese; undefined if it is none of those that are known. */
export function reasonZh(reason: string): string | undefined {
  const faults = /^no usable question: (.+)$/.exec(reason)?.[1]?.split(', ');
  if (faults?.every((fault) => FAULTS[fault])) {
    return `没有可用的问题：${faults.map((fault) => FAULTS[fault]).join('、')}`;
  }
  const rule = REASONS.find(([pattern]) => pattern.test(reason));
  // An optional group that did not match leaves empty brackets. Lists of extensions have English commas.
  return (
    rule &&
    reason
      .replace(...rule)
      .replace(/（）|，(?=）)/g, '')
      .replace(/(?<=（支持 .*), /g, '、')
  );
}
