import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to the browser host. Any page of any site can send requests to loopback, and any local user can open the
 * port; so each request must be addressed to us (`Host`: no DNS rebinding), come from our own page (`Origin`), and each
 * socket must bring a secret that only a page with the printed token could get. No cookies: those ride along by themselves.
 */
export interface Gate {
  /** Rides in the printed address's fragment, which no browser sends anywhere. */
  readonly token: string;
  /** The request names this host, and its origin, if it has one, is our own. */
  admitsRequest(request: IncomingMessage): boolean;
  /** As `admitsRequest`, with an origin, which browsers always send with an upgrade. */
  admitsUpgrade(request: IncomingMessage): boolean;
  /** A new session secret for the token, or null. */
  trade(token: string): string | null;
  knows(secret: string): boolean;
}

export function createGate(port: number): Gate {
  const token = randomSecret();
  const secrets = new Set<string>();
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);

  const isOurs = (request: IncomingMessage): boolean => hosts.includes(request.headers.host ?? '');
  return {
    token,
    admitsRequest(request) {
      const { origin } = request.headers;
      return isOurs(request) && (origin === undefined || origins.includes(origin));
    },
    admitsUpgrade: (request) => isOurs(request) && origins.includes(request.headers.origin ?? ''),
    trade(given) {
      if (!equal(given, token)) return null;
      const secret = randomSecret();
      secrets.add(secret);
      return secret;
    },
    knows: (secret) => secrets.has(secret),
  };
}

function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

function equal(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
