/** Names of variables that hold keys, tokens and passwords, by the habits of the programs that read them. */
const SECRET =
  /(?:^|_)(?:api_?keys?|keys?|tokens?|secrets?|\w*password|passwd|pass|credentials?|auth|headers)(?:_|\d|$)|^aws_/i;

/** The environment for a child process that needs no keys: a library in it may read hostile documents or models. */
export function withoutSecrets(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRET.test(name)));
}

/** What pip reads: where it may write, which index it asks, and through which proxy. */
const PIP =
  /^(?:PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TEMP|TMP|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE|NETRC|XDG_\w+)$|^PIP_|^(?:HTTPS?|ALL|NO)_PROXY$|^SSL_CERT_|^(?:REQUESTS|CURL)_CA_BUNDLE$/i;

/** The environment for pip, and nothing else. */
export function pipEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PIP.test(name)));
}
