import type { Catalogue } from '../translator.ts';

/** Estimates and the remarks on them. */
export const estimateZh: Catalogue = {
  'The worker that trains was busy, so training was not measured. Estimate again when it is idle.':
    '训练用的 worker 正忙，因此没有测量训练。请在它空闲时重新估算。',
  'The price does not include embedding with {value}.': '价格不含用 {value} 计算嵌入的费用。',
  '{#enUS} questions were asked for this estimate; the run does not ask them again.':
    '为这次估算提了 {enUS} 个问题；运行不会再问。',
  '{#enUS} questions were asked for this estimate, for {cost}; the run does not ask them again.':
    '为这次估算提了 {enUS} 个问题，花费 {cost}；运行不会再问。',
  'If the endpoint has no Batch API, questions are asked one by one, at twice the price.':
    '如果端点没有 Batch API，就逐个提问，价格为两倍。',
  'With --pilot-questions 20, the estimate asks 20 questions and measures their answers instead of assuming.':
    '加上 --pilot-questions 20，估算会提 20 个问题并测量回答，而不用假定。',
  'The budget of {budget} will be used up; the run then continues with the questions it has.':
    '{budget} 的预算会用完；之后运行用已有的问题继续。',
  'The budget of {budget} may be used up: the price may reach {high}.':
    '{budget} 的预算可能会用完：价格可能达到 {high}。',
  'The price of the model is unknown. Set it in worker.yaml, in US dollars per million tokens: profiles: { {profile}: { prices: { {model}: { prompt: …, completion: … } } } }':
    '不知道该模型的价格。请在 worker.yaml 中设置，以每百万 token 的美元数计：profiles: { {profile}: { prices: { {model}: { prompt: …, completion: … } } } }',
  'A budget needs the price of the model. Set it in worker.yaml, in US dollars per million tokens: profiles: { {profile}: { prices: { {model}: { prompt: …, completion: … } } } }':
    '使用预算需要该模型的价格。请在 worker.yaml 中设置，以每百万 token 的美元数计：profiles: { {profile}: { prices: { {model}: { prompt: …, completion: … } } } }',
  'The profile "{profile}" has no rate limits; with those of the endpoint, asking may take longer.':
    '配置档“{profile}”没有速率限制；受端点限制时，提问可能更久。',
  'The JSON schema of the answers is not counted; OpenAI bills it with every prompt (about 40 tokens).':
    '没有计入回答的 JSON schema；OpenAI 对每个提示词都计费（约 40 个 token）。',
  '{model} has another tokenizer, whose counts may differ from those of {encoding} by about 10 %.':
    '{model} 使用另一种分词器，计数可能与 {encoding} 相差 10 % 左右。',
  'Over {#enUS} answers, the endpoint billed {#n} times the prompt tokens counted here; price and time include this factor.':
    '在 {enUS} 个回答中，端点计费的提示词 token 是这里计数的 {n} 倍；价格和时间已包含这个系数。',
  'none: questions are the documents’ own headings': '无：问题就是文档自己的标题',
  'none: all {#enUS} are already answered': '无：全部 {enUS} 个都已有回答',
  '{#enUS} of {#enUS2} are already answered': '{enUS2} 个中 {enUS} 个已有回答',
  'counted as OpenAI does ({encoding})': '按 OpenAI 的方式计数（{encoding}）',
  'counted with OpenAI’s {encoding}': '用 OpenAI 的 {encoding} 计数',
  'no price is set for {model}': '没有设置 {model} 的价格',
  'within a day, through the Batch API at half the price': '一天之内，通过 Batch API，半价',
  'about {seconds} at {#enUS} requests a minute': '约 {seconds}，每分钟 {enUS} 个请求',
  'about {seconds} at {#enUS} tokens a minute': '约 {seconds}，每分钟 {enUS} 个 token',
  'about {seconds} with {#concurrency} requests at once, each {#n} s':
    '约 {seconds}，同时 {concurrency} 个请求，每个 {n} 秒',
  'about {seconds} with {#concurrency} requests at once, each {#n} s (assumed)':
    '约 {seconds}，同时 {concurrency} 个请求，每个 {n} 秒（假定）',
  '{#epochs} × {#enUS} pairs in {#enUS2} steps': '{epochs} 轮 × {enUS} 个样本对，共 {enUS2} 步',
  '{trials} before it, to choose learning rate and merge: about {trialSeconds}':
    '之前先做 {trials} 次，以选择学习率和合并比例：约 {trialSeconds}',
  '{#epochs} × {#enUS} pairs in {#enUS2} steps: about {seconds} at {#enUS3} pairs/s (measured over {#steps} steps)':
    '{epochs} 轮 × {enUS} 个样本对，共 {enUS2} 步：约 {seconds}，每秒 {enUS3} 对（实测 {steps} 步）',
  '{#n} GB at most, with {#recomputedLayers} layers recomputed to save memory':
    '最多 {n} GB，为节省内存重算 {recomputedLayers} 层',
  '{#n} GB at most': '最多 {n} GB',
};
