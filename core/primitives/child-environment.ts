/** Names of variables that hold keys, tokens and passwords, by the habits of the programs that read them. */
const SECRET =
  /(?:^|_)(?:api_?keys?|keys?|tokens?|secrets?|\w*password|passwd|pass|credentials?|auth|headers|pat|dsn|connection_?string)(?:_|\d|$)|_pwd$|^aws_/i;

/** A URL with a password in it: of a proxy, a database, a tracking server. */
const URL_WITH_PASSWORD = /^[a-z][a-z\d+.-]*:\/\/[^/\s@]*:[^/\s]*@/i;

/** The environment for a child process that needs no keys: a library in it may read hostile documents or models. */
export function withoutSecrets(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value = '']) => !SECRET.test(name) && !URL_WITH_PASSWORD.test(value)),
  );
}

const PROXY = /^(?:HTTPS?|ALL|NO)_PROXY$/i;

/** As `withoutSecrets`, for a child process that downloads: with the proxy, whose URL may hold a password. */
export function downloadEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const proxies = Object.entries(environment).filter(([name]) => PROXY.test(name));
  return { ...withoutSecrets(environment), ...Object.fromEntries(proxies) };
}

/** What pip reads: where it may write, which index it asks, and through which proxy. */
const PIP =
  /^(?:PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TEMP|TMP|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE|NETRC|XDG_\w+)$|^PIP_|^(?:HTTPS?|ALL|NO)_PROXY$|^SSL_CERT_|^(?:REQUESTS|CURL)_CA_BUNDLE$/i;

/** The environment for pip, and nothing else. */
export function pipEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PIP.test(name)));
}
