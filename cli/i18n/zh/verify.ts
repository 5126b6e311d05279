import type { Catalogue } from '../translator.ts';

/** Verifying a server, and pushing a model to a hub. */
export const verifyZh: Catalogue = {
  'check that a server serves a model, and name what it does otherwise': '检查服务器提供的是否就是某个模型，并指出差异',
  'Compares the vectors of a server with those that Hone computes from the model folder: Text Embeddings Inference, vLLM, Ollama, and any server with OpenAI’s /v1/embeddings. If they differ, it finds out why: another pooling, missing or doubled prompts, a wrong length, no normalisation, a missing module, the base model. Exits with 3 if the server does not serve the model.':
    '把服务器的向量与 Hone 用模型文件夹算出的向量比较，支持 Text Embeddings Inference、vLLM、Ollama 以及任何提供 OpenAI /v1/embeddings 的服务器。两者不同时找出原因：池化方式不同，缺少或重复提示词，截断长度不对，没有归一化，缺少模块，用的是基础模型等。服务与模型不符时，退出码为 3。',
  'address of the server: http://127.0.0.1:8080, https://host/v1':
    '服务器的地址：http://127.0.0.1:8080、https://host/v1',
  'what it should serve: a published name (handbook, handbook@2), a folder, or a model as `hone run --model` takes it (default: the published name, if there is only one)':
    '它应当提供的模型：已发布的名字（handbook、handbook@2）、文件夹，或 `hone run --model` 接受的模型（默认为唯一的已发布名字）',
  'name of the model in requests (default: the one that the server lists)': '请求中的模型名（默认为服务器列出的那个）',
  'API of the server (default: found out from the address, or by asking)':
    '服务器的 API（默认由地址判断，或询问服务器）',
  'environment variable that holds the key': '保存密钥的环境变量',
  'the server puts the prompts before texts: requests name the kind of text (TEI: prompt_name, others: input_type) instead of beginning with the prompt':
    '由服务器在文本前加提示词：请求给出文本的种类（TEI 用 prompt_name，其他用 input_type），而不以提示词开头',
  'the base model, to recognise it (default: that of the published name, if it is cached)':
    '基础模型，用于识别它（默认为已发布名字的基础模型，若已缓存）',
  'also evaluate on this dataset (default: the validation set of the published name)':
    '还在这个数据集上评估（默认为已发布名字的验证集）',
  'compare sample texts only': '只比较示例文本',
  'the validation set': '验证集',
  '{value} is not set.': '{value} 没有设置。',
  'Set it to the key, or leave out --key-from.': '请把它设为密钥，或去掉 --key-from。',
  'Give --dataset a file in llama-index’s format.': '请为 --dataset 给出 llama-index 格式的文件。',
  'The folder of {name} v{version}, {folder}, is not there.': '{name} v{version} 的文件夹 {folder} 不存在。',
  'Publish it again, or give another version ({name}@VERSION).': '请重新发布，或给出另一个版本（{name}@VERSION）。',
  'Nothing is published in {store}.': '{store} 中没有已发布的模型。',
  'Several models are published: {names}.': '已发布多个模型：{names}。',
  'Name the model with --model: a published name, or a folder.': '请用 --model 指定模型：已发布的名字，或文件夹。',
  '{name} has no version {version}.': '{name} 没有版本 {version}。',
  'Its versions are {versions}.': '它的版本有 {versions}。',
  '{host} serves several models: {shown}.': '{host} 提供多个模型：{shown}。',
  'Name one of them with --request-model.': '请用 --request-model 指定其中一个。',
  '{url} is not the address of a server.': '{url} 不是服务器的地址。',
  'Give it as http://127.0.0.1:8080 or https://host/v1.': '请写成 http://127.0.0.1:8080 或 https://host/v1。',
  'The endpoint of profile "{profile}" ({host})': '配置档“{profile}”的端点（{host}）',
  'The account behind profile "{profile}" ({host})': '配置档“{profile}”（{host}）的账户',
  'The server {host}': '服务器 {host}',
  'The account at {host}': '{host} 的账户',
  '{host} (profile "{profile}")': '{host}（配置档“{profile}”）',
  '{subject} has no credit left.': '{subject!}已没有余额。',
  '{subject} refused the key ({#status}).': '{subject!}拒绝了密钥（{status}）。',
  '{subject} has no model "{model}".': '{subject!}没有模型“{model}”。',
  '{subject} does not speak OpenAI’s API at this address ({#status}).':
    '{subject!}在这个地址不提供 OpenAI 的 API（{status}）。',
  '{subject} {what}, {#count} times in a row.': '{subject!}连续 {count} 次{what!}。',
  '{subject} {what}, {#count} times in a row: {said}.': '{subject!}连续 {count} 次{what!}：{said}。',
  'The certificate of {server} is not trusted: {code}.': '{server!} 的证书不受信任：{code}。',
  'Give --request-model the name that the server has for the model.': '请为 --request-model 给出服务器中该模型的名字。',
  'Check that the server is up and the address right, and run the command again.':
    '请确认服务器在运行、地址正确，然后再次执行命令。',
  'Set OPENAI_API_KEY, or the variable that --key-from names, to a key that the server takes.':
    '请把 OPENAI_API_KEY 或 --key-from 指定的变量设为服务器接受的密钥。',
  'Interrupted.': '已中断。',
  'The server {does}; the model {instead}.': '服务器{does!}；模型{instead!}。',
  'takes the mean of all tokens (mean pooling)': '取所有 token 的平均（mean 池化）',
  'takes the first token (CLS pooling)': '取第一个 token（CLS 池化）',
  'takes the last token (last-token pooling)': '取最后一个 token（last-token 池化）',
  'The server truncates texts to {#found} tokens; the model reads {#own}.':
    '服务器把文本截断到 {found} 个 token；模型读取 {own} 个。',
  'The server does not normalise vectors; those of the model have length 1.':
    '服务器没有归一化向量；模型的向量长度为 1。',
  'The server sends the same vector for every text.': '服务器对每条文本都返回同一个向量。',
  'The server sends the vectors of a request in another order than the texts.':
    '服务器返回的向量与请求中文本的顺序不同。',
  server: '服务器',
  dimension: '维数',
  tokens: 'token 数',
  length: '长度',
  texts: '文本',
  drift: '偏差',
  '{served}; by Hone {expected}': '{served}；Hone 为 {expected}',
  'all vectors have length 1': '所有向量的长度都是 1',
  'vectors do not have length 1': '向量的长度不是 1',
  '{#count}, of up to {#longest} tokens; the model reads {#limit}':
    '{count} 条，最长 {longest} 个 token；模型读取 {limit} 个',
  '1 − cosine {mean} on average, {highest} at most, as by {format}':
    '1 − 余弦 平均 {mean}，最大 {highest}，相当于 {format} 的舍入',
  '1 − cosine {mean} on average, {highest} at most': '1 − 余弦 平均 {mean}，最大 {highest}',
  'greatest difference of two numbers {difference}': '两个数的最大差为 {difference}',
  'on {#queries} questions over {#passages} passages': '{queries} 个问题，{passages} 个段落',
  'Note: {note}': '注意：{note}',
  '{address} serves {model}, as {name}.': '{address} 以 {name} 为名提供 {model}。',
  '{address} serves {model}.': '{address} 提供的就是 {model}。',
  '{address} does not serve {model}, as {name}.': '{address} 以 {name} 为名提供的不是 {model}。',
  '{address} does not serve {model}.': '{address} 提供的不是 {model}。',
  'push a published model to a Hugging Face hub': '把已发布的模型推送到 Hugging Face hub',
  'Pushes a published version with its model card to a repository of the hub (HF_ENDPOINT, default https://huggingface.co) and tags it with its version and its hash. HF_TOKEN has to be a token that may write there. A repository that does not exist is created, private. The same command continues an interrupted push; files that are there already are not sent again.':
    '把已发布的版本连同模型卡推送到 hub 的仓库（HF_ENDPOINT，默认 https://huggingface.co），并加上版本号和哈希的标签。HF_TOKEN 须是可以写入该仓库的令牌。不存在的仓库会被创建，且不公开。中断后执行同一命令即可继续；已有的文件不会再次发送。',
  'a published name (its current version), or NAME@VERSION': '已发布的名字（其当前版本），或 NAME@VERSION',
  'repository of the hub: owner/name': 'hub 的仓库：owner/name',
  'make a new repository public': '新建的仓库公开',
  'print what would be sent, and change nothing': '只列出将要发送的内容，不做任何更改',
  'download, push or verify a model, or export one to ONNX': '下载、推送或验证模型，或导出为 ONNX',
  'model push': '推送模型',
  'Interrupted; files that have been sent are not sent again.': '已中断；发送过的文件不会再次发送。',
  send: '将发送',
  sent: '已发送',
  there: '已有',
  delete: '将删除',
  deleted: '已删除',
  'Nothing was changed. Without --dry-run, {title} is pushed to {url}, which does not exist yet.':
    '没有做任何更改。不加 --dry-run 时，{title} 会推送到尚不存在的 {url}。',
  'Nothing was changed. Without --dry-run, {title} is pushed to {url}.':
    '没有做任何更改。不加 --dry-run 时，{title} 会推送到 {url}。',
  '{title} is at {url}, tagged {tags}.': '{title} 已在 {url}，标签为 {tags}。',
  'Elsewhere  npx hone model pull {repository}@{tag}': '在别处  npx hone model pull {repository}@{tag}',
  '{name} has not been downloaded.': '{name} 还没有下载。',
  'Run `hone model pull {name}`.': '请运行 `hone model pull {name}`。',
  '{name} is not the name of a repository.': '{name} 不是仓库的名字。',
  'Give it as owner/name.': '请写成 owner/name。',
  'HF_TOKEN is not set.': 'HF_TOKEN 没有设置。',
  'Set it to a token of the hub that may write to the repository.': '请设为可以写入该仓库的 hub 令牌。',
  'The tag {tag} of {repository} stands for other files.': '{repository} 的标签 {tag} 指向其他文件。',
  'A published version never changes: push to another repository, or delete the tag there.':
    '已发布的版本不会改变：请推送到另一个仓库，或在那里删除该标签。',
  'Run the command again: files that have been sent are not sent again.': '请再次执行命令：发送过的文件不会再次发送。',
  '{endpoint} does not let this token write to {repository} ({#status}).':
    '{endpoint} 不允许用这个令牌写入 {repository}（{status}）。',
  'Set HF_TOKEN to a token with the permission to write to it, and check its owner.':
    '请把 HF_TOKEN 设为有写入权限的令牌，并检查仓库的所有者。',
  '{repository} has been changed meanwhile ({#status}).': '{repository} 在此期间被更改（{status}）。',
  '{endpoint} answered {#status} for {repository}: {said}': '{endpoint} 对 {repository} 返回 {status}：{said}',
};
