import type { Catalogue } from '../translator.ts';

/** What a server may do otherwise than the model, and what to do about it (core/verify). */
export const verifyFaultsZh: Catalogue = {
  'The server {does}.': '服务器{does!}。',
  'leaves out the Dense modules': '没有使用 Dense 模块',
  'leaves out the query adapter (3_Router)': '没有使用查询适配器（3_Router）',
  'has the base model instead of the tuned one': '用的是基础模型，而不是微调后的模型',
  'sends the first {#dimensions} numbers of each vector alone': '只返回每个向量的前 {dimensions} 个数',
  'leaves out the special tokens before and after a text': '没有在文本前后加特殊 token',
  'does not lower-case texts': '没有把文本转为小写',
  'embeds texts lower-cased': '先把文本转为小写再嵌入',
  'embeds texts trimmed': '先去掉文本首尾的空白再嵌入',
  'embeds texts with single spaces': '先把连续的空白合并为一个空格再嵌入',
  'embeds texts read as Latin-1': '把文本当作 Latin-1 来读',
  'embeds texts without characters beyond ASCII': '丢掉了文本中 ASCII 以外的字符',
  'embeds texts without their prompts': '嵌入文本时没有加提示词',
  'embeds queries without their prompt': '嵌入查询时没有加提示词',
  'embeds passages without their prompt': '嵌入段落时没有加提示词',
  'puts the prompts before texts that have them already': '给已带提示词的文本又加了一遍提示词',
  'puts the prompt for queries before all texts': '给所有文本都加上了查询的提示词',
  'puts the prompt for passages before all texts': '给所有文本都加上了段落的提示词',
  'embeds all texts with the prompt for queries': '对所有文本都用查询的提示词',
  'embeds all texts with the prompt for passages': '对所有文本都用段落的提示词',
  'embeds queries as passages and passages as queries': '把查询当作段落、把段落当作查询来嵌入',
  'puts {prompt} before all texts': '给所有文本都加上了 {prompt}',
  'The vector of a text depends on the longer texts that are requested together with it.':
    '一条文本的向量取决于同一请求中更长的文本。',
  'The server reads {found} tokens of a text; the model reads {#own}.':
    '服务器读取文本的{found!}个 token；模型读取 {own} 个。',
  'at least {#count}': '至少 {count} ',
  'The server has other vectors for {texts}.': '服务器对这些文本的向量不同：{texts}。',
  'The server has other vectors for {#different} of the {#total} texts of the dataset.':
    '数据集的 {total} 条文本中，服务器对 {different} 条的向量不同。',
  'The server sends vectors that hold no numbers (NaN), or only zeros, for {texts}.':
    '服务器返回的向量含有非数值（NaN）或全为零，涉及的文本：{texts}。',
  'all texts': '全部',
  'The server refuses texts that the model truncates (of {#tokens} tokens, for example): clients have to truncate them to {#limit} tokens.':
    '模型会截断的文本，服务器拒绝接受（例如 {tokens} 个 token 的文本）：客户端必须自己把文本截断到 {limit} 个 token。',
  '{texts} and {#count} other text{s}': '{texts}，以及另外 {count} 条文本',
  'The server sends {what}, and none of the usual faults explains them.':
    '服务器返回的是{what!}，常见的错误都无法解释。',
  'other vectors than the model (mean cosine {#cosine})': '与模型不同的向量（平均余弦 {cosine}）',
  'vectors of {#served} numbers, the model of {#own}': '有 {served} 个数的向量，而模型的有 {own} 个',
  'The server sends {what}, and none of the usual faults explains them. {nearest}':
    '服务器返回的是{what!}，常见的错误都无法解释。{nearest}',
  'They are nearest if the server {does}.': '最接近的情形是：服务器{does!}。',
  'They are nearest if the server {does} and also {also}.': '最接近的情形是：服务器{does!}，并且{also!}。',
  'asking {server}': '正在询问 {server}',
  comparing: '正在比较',
  'requesting texts one by one': '正在逐条请求文本',
  'looking for what explains the difference': '正在寻找差异的原因',
  'looking for the length that texts are truncated to': '正在寻找文本被截断的长度',
  'Vectors do not have length 1, as the model has no Normalize module: compare them by cosine.':
    '向量的长度不是 1，因为模型没有 Normalize 模块：请用余弦比较。',

  'Start text-embeddings-router with --pooling {pooling}.': '请以 --pooling {pooling} 启动 text-embeddings-router。',
  'Let the server pool by {pooling}. vLLM: --pooler-config \'{"pooling_type": "{type}"}\' (before 0.11: --override-pooler-config).':
    '请让服务器按 {pooling} 池化。vLLM：--pooler-config \'{"pooling_type": "{type}"}\'（0.11 之前为 --override-pooler-config）。',
  'Let the server pool by {pooling}.': '请让服务器按 {pooling} 池化。',
  'Convert the folder of the model again (convert_hf_to_gguf.py), with a recent llama.cpp: it writes pooling_type into the GGUF file from modules.json and 1_Pooling/config.json, which must lie in the folder.':
    '请用较新的 llama.cpp 重新转换模型文件夹（convert_hf_to_gguf.py）：它根据 modules.json 和 1_Pooling/config.json 把 pooling_type 写入 GGUF 文件，这两个文件必须在文件夹中。',
  'Serve the folder with its config_sentence_transformers.json, whose prompts prompt_name selects, or put the prompts before texts in the client.':
    '提供服务的文件夹须带有 config_sentence_transformers.json，prompt_name 从中选择提示词；或者在客户端给文本加提示词。',
  'Let nothing between client and server remove the prompts.': '请确保客户端与服务器之间没有环节去掉提示词。',
  'Ollama adds no prompts to embeddings: put them before texts in the client, and run the command without --server-prompts.':
    'Ollama 不会为嵌入加提示词：请在客户端加，并去掉 --server-prompts 再执行命令。',
  'Put the prompts before texts in the client, and run the command without --server-prompts, or teach the server to add them by input_type.':
    '请在客户端给文本加提示词，并去掉 --server-prompts 再执行命令；或者让服务器按 input_type 加提示词。',
  'Start text-embeddings-router without --default-prompt and --default-prompt-name, or add no prompts in the client.':
    '启动 text-embeddings-router 时请去掉 --default-prompt 和 --default-prompt-name，或者不要在客户端加提示词。',
  'Remove TEMPLATE and SYSTEM from the Modelfile, or add no prompts in the client.':
    '请从 Modelfile 中去掉 TEMPLATE 和 SYSTEM，或者不要在客户端加提示词。',
  'Turn the default prompt of the server off (default_prompt_name in config_sentence_transformers.json of the served folder), or add no prompts in the client and run the command with --server-prompts.':
    '请关闭服务器的默认提示词（所用文件夹的 config_sentence_transformers.json 中的 default_prompt_name）；或者不在客户端加提示词，并以 --server-prompts 执行命令。',
  'Check prompt_name of the requests and --default-prompt-name: queries take query, passages take document.':
    '请检查请求的 prompt_name 和 --default-prompt-name：查询用 query，段落用 document。',
  'Check which prompt the server and the client add to queries and to passages.':
    '请检查服务器和客户端分别给查询和段落加了哪个提示词。',
  'Use a text-embeddings-router that reads Dense modules, and name them with --dense-path (2_Dense).':
    '请使用能读取 Dense 模块的 text-embeddings-router，并用 --dense-path（2_Dense）指定它们。',
  'Convert the folder again with convert_hf_to_gguf.py --sentence-transformers-dense-modules, as far as it supports the architecture.':
    '请用 convert_hf_to_gguf.py --sentence-transformers-dense-modules 重新转换文件夹（前提是它支持该架构）。',
  'Serve the whole folder with modules.json and the folders of its Dense modules; vLLM reads them since 0.11. Otherwise serve it with sentence-transformers.':
    '请提供完整的文件夹，包括 modules.json 和各 Dense 模块的文件夹；vLLM 从 0.11 起读取它们。否则请用 sentence-transformers 提供服务。',
  'No server but sentence-transformers applies a query adapter. Multiply the vectors of queries by 3_Router/query_0_Dense/model.safetensors in the client and scale them to length 1, or serve with sentence-transformers and encode_query.':
    '只有 sentence-transformers 会使用查询适配器。请在客户端把查询的向量乘以 3_Router/query_0_Dense/model.safetensors 并缩放到长度 1，或者用 sentence-transformers 的 encode_query 提供服务。',
  'Send no dimensions in requests, and set no smaller dimension in the server, unless the index is built so.':
    '除非索引就是这样建的，否则不要在请求中给出 dimensions，也不要在服务器中设置较小的维数。',
  'Serve the folder with its sentence_bert_config.json and tokenizer_config.json, which say {#length}, and set --max-batch-tokens to at least {#least}.':
    '提供服务的文件夹须带有 sentence_bert_config.json 和 tokenizer_config.json，其中写明 {length}；并把 --max-batch-tokens 设为至少 {least}。',
  'Let the server read {#length} tokens. vLLM: --max-model-len {#limit}, and no truncate_prompt_tokens below it in requests.':
    '请让服务器读取 {length} 个 token。vLLM：--max-model-len {limit}，且请求中的 truncate_prompt_tokens 不要小于它。',
  'Set PARAMETER num_ctx {#length} in the Modelfile, or options.num_ctx in requests.':
    '请在 Modelfile 中设置 PARAMETER num_ctx {length}，或在请求中设置 options.num_ctx。',
  'Let the server read {#length} tokens.': '请让服务器读取 {length} 个 token。',
  'Let the server truncate texts to {#length} tokens, as the model was trained and measured. vLLM: --max-model-len {#limit}, and truncate_prompt_tokens: -1 in requests.':
    '请让服务器把文本截断到 {length} 个 token，与模型训练和评估时一样。vLLM：--max-model-len {limit}，并在请求中设 truncate_prompt_tokens: -1。',
  'Set PARAMETER num_ctx {#length} in the Modelfile, or make texts shorter.':
    '请在 Modelfile 中设置 PARAMETER num_ctx {length}，或缩短文本。',
  'Serve the folder with its sentence_bert_config.json and tokenizer_config.json, which truncate texts to {#length} tokens, or make texts shorter.':
    '提供服务的文件夹须带有 sentence_bert_config.json 和 tokenizer_config.json，它们把文本截断到 {length} 个 token；或者缩短文本。',
  'Leave "normalize" in requests at true, its default.': '请让请求中的 "normalize" 保持默认值 true。',
  'Let the server normalise. vLLM: --pooler-config \'{"normalize": true}\' ("use_activation" since 0.12). Or scale vectors to length 1 in the client.':
    '请让服务器做归一化。vLLM：--pooler-config \'{"normalize": true}\'（0.12 起为 "use_activation"）。或者在客户端把向量缩放到长度 1。',
  'Use /api/embed instead of /api/embeddings, or scale vectors to length 1 in the client.':
    '请用 /api/embed 代替 /api/embeddings，或者在客户端把向量缩放到长度 1。',
  'Scale vectors to length 1 in the client, or compare them by cosine instead of by inner product.':
    '请在客户端把向量缩放到长度 1，或者用余弦而不是内积来比较。',
  'Serve the tokenizer.json of the folder. vLLM: send no add_special_tokens: false in requests.':
    '请使用文件夹中的 tokenizer.json。vLLM：请求中不要有 add_special_tokens: false。',
  'Convert the folder of the model again (convert_hf_to_gguf.py), with a recent llama.cpp: add_bos_token and add_eos_token of the GGUF file tell which special tokens are added.':
    '请用较新的 llama.cpp 重新转换模型文件夹（convert_hf_to_gguf.py）：GGUF 文件的 add_bos_token 和 add_eos_token 决定加哪些特殊 token。',
  'Serve the tokenizer.json of the folder, whose post_processor adds them.':
    '请使用文件夹中的 tokenizer.json，由其中的 post_processor 加上它们。',
  'Convert the folder of the model again (convert_hf_to_gguf.py), with a recent llama.cpp, so that texts are tokenized as by the tokenizer.json of the folder.':
    '请用较新的 llama.cpp 重新转换模型文件夹（convert_hf_to_gguf.py），使分词结果与文件夹中的 tokenizer.json 一致。',
  'Serve the tokenizer.json of the folder, and let nothing between client and server change texts or their encoding (UTF-8).':
    '请使用文件夹中的 tokenizer.json，并确保客户端与服务器之间没有环节改动文本或其编码（UTF-8）。',
  'Start text-embeddings-router with --model-id and the folder of the tuned model.':
    '请以 --model-id 加微调后模型的文件夹启动 text-embeddings-router。',
  'Create the model again from the tuned folder: FROM in the Modelfile names the file that is served.':
    '请用微调后的文件夹重新创建模型：Modelfile 中的 FROM 指定实际使用的文件。',
  'Let the server load the folder of the tuned model, and restart it: names may still stand for the model that it loaded before.':
    '请让服务器加载微调后模型的文件夹，并重启它：名字可能仍指向之前加载的模型。',
  'Sort the vectors by their index where they are received; the server has to send the index of the text with each.':
    '接收时请按 index 给向量排序；服务器必须随每个向量返回对应文本的 index。',
  'Update the server: it computes with the padding of a batch, which its attention mask has to leave out. Until then, send one text a request.':
    '请升级服务器：它把批次中的填充也算了进去，而注意力掩码本应把填充排除。在此之前，请每个请求只发一条文本。',
  'Start text-embeddings-router with --dtype float32: the numbers of this model overflow in float16.':
    '请以 --dtype float32 启动 text-embeddings-router：这个模型的数值在 float16 下会溢出。',
  'Let the server compute in float32 or bfloat16, as the numbers of this model overflow in float16. vLLM: --dtype float32.':
    '请让服务器用 float32 或 bfloat16 计算，因为这个模型的数值在 float16 下会溢出。vLLM：--dtype float32。',
  'Let the server compute in float32 or bfloat16: the numbers of this model overflow in float16.':
    '请让服务器用 float32 或 bfloat16 计算：这个模型的数值在 float16 下会溢出。',
  'Look at the logs of the server: it does not read the texts.': '请查看服务器的日志：它没有读取文本。',
  'Serve the tokenizer.json of the folder, and let nothing between client and server change texts.':
    '请使用文件夹中的 tokenizer.json，并确保客户端与服务器之间没有环节改动文本。',
  'Check which model the server has loaded, and its version; --request-model names another one of the server.':
    '请检查服务器加载的是哪个模型、哪个版本；--request-model 可指定服务器的另一个模型。',
};
