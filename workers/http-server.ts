import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { bareHost, cannotListen, listenAddress } from '../core/primitives/listen-address.ts';

export interface HttpServer {
  /** `http://HOST:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server of few, short requests.
 * @param listen `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1.
 * @throws Fault `config` if the address is none, or cannot be listened on.
 */
export async function startHttpServer(listen: string, answer: RequestListener): Promise<HttpServer> {
  const { hostname, port } = listenAddress(listen);
  const server = createServer(answer);
  server.listen(port, bareHost(hostname));
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw cannotListen(listen, cause);
  }
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${hostname}:${actual}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
