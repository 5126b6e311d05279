import type { Catalogue } from '../translator.ts';

/** What an endpoint did, as the rest of a sentence that begins with it, and refusals of single requests. */
export const endpointsZh: Catalogue = {
  'answered {#status}': '返回 {status}',
  'could not be reached': '无法连接',
  'could not be reached ({code})': '无法连接（{code}）',
  'did not answer within {#seconds} s': '在 {seconds} 秒内没有回答',
  'asks for a pause of {#seconds} s': '要求暂停 {seconds} 秒',
  'broke off in the middle of its answer': '回答到一半中断',
  'sent something that is not whole JSON': '返回的 JSON 不完整',
  'answered without any choices': '返回中没有 choices',
  'answered with a web page instead of JSON': '返回的是网页而不是 JSON',
  'answered with a stream of events, which was not asked for': '返回了没有要求的事件流',
  'answered with an empty body': '返回为空',
  'answered with text that is not JSON': '返回的文本不是 JSON',
  'answered with something else than one vector a text': '返回的不是每条文本一个向量',
  'answered with something that is not a vector': '返回的不是向量',
  'answered with a vector too few': '返回少了一个向量',
  'answered with something that is not a batch': '返回的不是批次',
  'the endpoint {what}': '端点{what}',
  'Leave the text out, or ask a model without that filter.': '请去掉这段文本，或换一个没有该过滤器的模型。',
  'Make the chunks smaller (chunks.maxTokens), or ask the vendor for a higher limit.':
    '请把段落切小（chunks.maxTokens），或向服务商申请更高的限制。',
  'Make the chunks smaller (chunks.maxTokens), or ask a model that reads more.':
    '请把段落切小（chunks.maxTokens），或换一个能读更长文本的模型。',
  'See what the endpoint says about it; another model or other options may be accepted.':
    '请看端点的说明；换一个模型或选项也许可以。',
};
