import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to the browser host. Any page of any site can send requests to loopback, and any local user can open the
 * port; so each request must be addressed to us (`Host`: no DNS rebinding), come from our own page (`Origin`), and each
 * socket must bring a secret that only a page with a token could get, before a single frame is read. No cookies: those
 * ride along by themselves.
 */
export interface Gate {
  /** A token for one page; it rides in an address's fragment, which no browser sends anywhere. */
  issue(): Token;
  /** The request names this host, and its origin, if it has one, is our own. */
  admitsRequest(request: IncomingMessage): boolean;
  /** The session secret with which it asks for a socket; null when it has none, or comes from another origin. */
  secretOf(request: IncomingMessage): string | null;
  /** A new session secret for a token, which is then used up; or null. */
  trade(token: string): string | null;
}

/** Good once: whoever reads it later (a history, another user's list of processes) has nothing. */
export interface Token {
  readonly token: string;
  /** Resolves when it has been traded, or is good no longer. */
  readonly used: Promise<void>;
  revoke(): void;
}

/** Subprotocol of every socket; the session secret is offered behind it, where a page can put it and no address shows it. */
export const socketProtocol = 'roomdrop';

/** Issued and not used; the oldest goes when there are more. */
const openTokens = 8;

export function createGate(port: number): Gate {
  const tokens = new Map<string, () => void>();
  const secrets = new Set<string>();
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);

  const isOurs = (request: IncomingMessage): boolean => hosts.includes(request.headers.host ?? '');

  function end(token: string): void {
    tokens.get(token)?.();
    tokens.delete(token);
  }

  return {
    issue() {
      const token = randomSecret();
      const used = new Promise<void>((done) => tokens.set(token, done));
      for (const oldest of tokens.keys()) {
        if (tokens.size <= openTokens) break;
        end(oldest);
      }
      return { token, used, revoke: () => end(token) };
    },
    admitsRequest(request) {
      const { origin } = request.headers;
      return isOurs(request) && (origin === undefined || origins.includes(origin));
    },
    secretOf(request) {
      // Browsers always send an origin with an upgrade.
      if (!isOurs(request) || !origins.includes(request.headers.origin ?? '')) return null;
      const [protocol, secret = ''] = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
      return protocol === socketProtocol && secrets.has(secret) ? secret : null;
    },
    trade(given) {
      const token = [...tokens.keys()].find((each) => equal(given, each));
      if (token === undefined) return null;
      end(token);
      const secret = randomSecret();
      secrets.add(secret);
      return secret;
    },
  };
}

function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

function equal(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
