import { Fault } from '../contracts/fault.ts';

/** Where a server listens. */
export interface ListenAddress {
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  hostname: string;
  port: number;
}

/**
 * Reads `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1.
 * @throws Fault `config` if it is none of them.
 */
export function listenAddress(listen: string): ListenAddress {
  const text = /^\d+$/.test(listen) ? `127.0.0.1:${listen}` : listen;
  const [, hostname, port] = /^(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (!hostname || !port || Number(port) > 65_535)
    throw new Fault(
      'config',
      `"${listen}" is no address to listen on.`,
      'Give a port, such as 9464, or an address, such as 0.0.0.0:9464.',
    );
  return { hostname, port: Number(port) };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether only this machine reaches a hostname. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

/** The hostname as sockets take it: IPv6 without brackets. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** @param listen The address as the user gave it. */
export function cannotListen(listen: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = 'Listen on another address.';
  return new Fault('config', `Cannot listen on ${listen}: ${reason}.`, advice, { cause });
}
