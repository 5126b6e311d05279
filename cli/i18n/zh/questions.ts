import type { Catalogue } from '../translator.ts';

/** Errors of questions, of datasets, and of the endpoints that are asked. */
export const questionsZh: Catalogue = {
  'A question belongs to chunk {chunkId}, which is not among the chunks.':
    '有一个问题属于段落 {chunkId}，但段落中没有它。',
  'Ask the questions again for these chunks.': '请针对这些段落重新提问。',
  'There is no {name} question left: {value}.': '{name!}问题一个也没有剩下：{value}。',
  'There is no {name} question: none of the {#chunks} {name2} chunks got one.':
    '没有{name!}问题：{chunks} 个{name2!}段落都没有得到问题。',
  'Add documents, or change the split (split.validationShare).': '请增加文档，或调整划分（split.validationShare）。',
  '{file} has {#length} questions; training compares at least two.': '{file} 有 {length} 个问题；训练至少要比较两个。',
  'Add questions.': '请增加问题。',
  '{file} cannot be read: {message}.': '无法读取 {file}：{message}。',
  'Give a llama-index EmbeddingQAFinetuneDataset (queries, corpus, relevant_docs).':
    '请提供 llama-index 的 EmbeddingQAFinetuneDataset（queries、corpus、relevant_docs）。',
  '{name} is not JSON ({message}).': '{name} 不是 JSON（{message}）。',
  'Use llama-index’s format: queries, corpus and relevant_docs, where relevant_docs maps each query id to passage ids.':
    '请使用 llama-index 的格式：queries、corpus 和 relevant_docs，其中 relevant_docs 把每个问题的 id 对应到段落的 id。',
  '{name} is too large to be read in one piece.': '{name} 太大，无法整个读入。',
  'Keep it below half a gigabyte, or write one entry per line, as in the datasets that a run writes.':
    '请使它小于 0.5 GB，或每行写一个条目，与运行写出的数据集相同。',
  '{name} has a fault: {value}.': '{name} 有一处错误：{value}。',
  '{name} has {#length} faults, first: {value}.': '{name} 有 {length} 处错误，第一处：{value}。',
  'The endpoint of profile "{profile}" ({host}) does not speak OpenAI’s API at this address ({status}).':
    '配置档“{profile}”的端点（{host}）在这个地址没有 OpenAI 的 API（{status}）。',
  'The endpoint of profile "{profile}" ({host}) {what}, {#MAX_FOREIGN} times in a row{value}.':
    '配置档“{profile}”的端点（{host}）连续 {MAX_FOREIGN} 次{what}{value}。',
  'Remove {wrongEnd} from the end of the base URL of the profile (OPENAI_BASE_URL for "default"): Hone adds it.':
    '请把 {wrongEnd} 从配置档的 base URL 末尾去掉（“default”的是 OPENAI_BASE_URL）：Hone 会自己加上。',
  'Add apiVersion to the profile in worker.yaml: Azure answers below /openai/deployments only with one.':
    '请在 worker.yaml 的配置档中加上 apiVersion：Azure 的 /openai/deployments 只有带上它才应答。',
  'Add /v1 to the base URL of the profile (OPENAI_BASE_URL for "default"): it usually ends in /v1.':
    '请在配置档的 base URL 末尾加上 /v1（“default”的是 OPENAI_BASE_URL）：它通常以 /v1 结尾。',
  'Check the base URL of the profile (OPENAI_BASE_URL for "default"): chat completions are expected at /chat/completions below it.':
    '请检查配置档的 base URL（“default”的是 OPENAI_BASE_URL）：聊天补全应在其下的 /chat/completions。',
  'The account behind profile "{profile}" ({host}) has no credit left.':
    '配置档“{profile}”（{host}）的账户余额已用完。',
  'Top it up, then start the run again: what was answered so far is kept and not paid for twice.':
    '请充值后重新启动运行：已得到的回答会保留，不会重复付费。',
  'The endpoint of profile "{profile}" ({host}) refused the key ({status}).':
    '配置档“{profile}”的端点（{host}）拒绝了密钥（{status}）。',
  'Give the worker a key that may use {model} there (OPENAI_API_KEY for the profile "default").':
    '请给 worker 一个可以使用那里的 {model} 的密钥（配置档“default”的是 OPENAI_API_KEY）。',
  'The endpoint of profile "{profile}" ({host}) has no model "{model}".':
    '配置档“{profile}”的端点（{host}）没有模型“{model}”。',
  'Name one it has (questions.model, or evaluation.compareWith), or point the profile at an endpoint that serves it.':
    '请指定它有的模型（questions.model 或 evaluation.compareWith），或让配置档指向提供该模型的端点。',
  'The certificate of {host} (profile "{profile}") is not trusted: {code}.':
    '{host}（配置档“{profile}”）的证书不受信任：{code}。',
  'Give the worker its certificate authority with NODE_EXTRA_CA_CERTS, or correct the base URL.':
    '请用 NODE_EXTRA_CA_CERTS 把它的证书颁发机构告诉 worker，或更正 base URL。',
  'The endpoint of profile "{profile}" does not take the field "{field}" in extraBody.':
    '配置档“{profile}”的端点不接受 extraBody 中的字段“{field}”。',
  'Remove it from the profile in worker.yaml, or correct its name and value; then restart the worker.':
    '请从 worker.yaml 的配置档中去掉它，或更正它的名称和值；然后重新启动 worker。',
  '"{model}" at {host} returned vectors of {value} and of {#length} dimensions.':
    '{host} 的“{model}”返回的向量维数不一：{value} 和 {length}。',
  'Another model seems to answer under this name now; name a fixed version of it.':
    '现在似乎是另一个模型在用这个名字应答；请指定它的固定版本。',
  'The endpoint of profile "{profile}" ({host}) {what}.': '配置档“{profile}”的端点（{host}）{what}。',
  'The endpoint of profile "{profile}" ({host}) {what} ({said}).':
    '配置档“{profile}”的端点（{host}）{what}（{said}）。',
  'The run tries again by itself; answers so far are kept. If it never gets through, check that the endpoint is up and its base URL right.':
    '运行会自行重试；已得到的回答会保留。如果始终不成功，请检查端点是否在运行，base URL 是否正确。',
  'questions.prompt has no {context_str}, so the model would never see the passage.':
    'questions.prompt 中没有 {context_str}，模型就看不到段落。',
  'Put {context_str} where the passage belongs, and {num_questions_per_chunk} where the number of questions does.':
    '请把 {context_str} 写在段落的位置，把 {num_questions_per_chunk} 写在问题个数的位置。',
  'questions.prompt has the placeholder {{unknown}}, which nothing fills.':
    'questions.prompt 中的占位符 {{unknown}} 没有可填的内容。',
  'Use {context_str} and {num_questions_per_chunk}; double the braces ({{ and }}) where they are meant literally.':
    '请使用 {context_str} 和 {num_questions_per_chunk}；花括号如果表示它本身，请写两个（{{ 和 }}）。',
  'The endpoint of profile "{profile}" has no Batch API.': '配置档“{profile}”的端点没有 Batch API。',
  'Ask one by one (questions.mode: live), or name a profile whose endpoint has one.':
    '请逐个提问（questions.mode: live），或指定端点有 Batch API 的配置档。',
  'Another attempt has taken over what this one was about to send as a batch.':
    '另一次尝试已经接管了这次尝试正要作为批次发送的内容。',
  'Nothing needs to be done: the run goes on with the other attempt.': '不需要做任何事：运行由另一次尝试继续。',
  '{name}, line {at}, is not a recorded answer: {problem}.': '{name} 第 {at} 行不是录制的回答：{problem}。',
  'A recording has one JSON object a line with key, model, response and usage, as Hone exports it.':
    '录制文件每行一个 JSON 对象，含 key、model、response 和 usage，与 Hone 导出的相同。',
  'None of the {questions} training questions retrieves its chunk among the first {#topK} with the base model, so questions.roundTrip.filter would leave nothing to train on.':
    '用基础模型，{questions} 个训练问题中没有一个能在前 {topK} 位找到自己的段落，因此 questions.roundTrip.filter 会使训练一无所有。',
  'Raise questions.roundTrip.topK, set filter to false, or check the questions: their language may not fit the model.':
    '请调高 questions.roundTrip.topK，把 filter 设为 false，或检查问题：它们的语言可能不适合这个模型。',
  'The budget of {budget} ended the asking before there was a question.': '{budget} 的预算在得到任何问题之前就已用完。',
  'Raise questions.budget; `hone estimate` says what all questions would cost.':
    '请调高 questions.budget；`hone estimate` 会说明全部问题要花多少钱。',
  'There is a budget, but the profile "{name}" has no price for {model}, so what asking costs is not known.':
    '设置了预算，但配置档“{name}”没有 {model} 的价格，因此无法知道提问的费用。',
  "Set the prices of {model} in the worker's worker.yaml, or leave questions.budget out.":
    '请在 worker 的 worker.yaml 中设置 {model} 的价格，或不设置 questions.budget。',
  '{missing} of {of} answers are not in the ledger. {message}': '{of} 个回答中有 {missing} 个不在账本里。{message}',
  '{advice} Or give a recorded ledger (questions.ledger). Without a language model, questions.from: headings takes the documents’ own headings.':
    '{advice}也可以给出录制的账本（questions.ledger）。没有语言模型时，questions.from: headings 用文档自己的标题。',
};
