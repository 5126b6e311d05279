import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Fault } from '../../core/contracts/fault.ts';
import { HttpFault } from '../http-fault.ts';

/**
 * Counts requests of each principal, or address, a minute.
 * @throws HttpFault 429 when there were more than `perMinute`.
 */
export function rateLimit(perMinute: number): (who: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (who) => {
    try {
      await limiter.consume(who);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      const message = `More than ${perMinute} requests a minute.`;
      const fault = new Fault('refused', message, `Try again in ${seconds} s, or have limits in server.yaml raised.`);
      throw new HttpFault(429, fault, { 'retry-after': `${seconds}` });
    }
  };
}
