import type { Namespace } from '../cable/laboratory.ts';
import { isCommand } from '../cable/laboratory.ts';
import { untilSays } from '../until-says.ts';

/** Why there can be no TURN server here, in one sentence; null where there can. */
export function whyNoTurn(): string | null {
  return isCommand('turnserver') ? null : 'there is no turnserver (Debian: coturn)';
}

const port = 3479;

/** A TURN server (coturn) at an address of a namespace, IPv4, which ends with it. Its address as `--ice-server` takes it. */
export async function startTurn(namespace: Namespace, address: string): Promise<string> {
  const server = namespace.spawn(
    'turnserver',
    [
      ...['-n', '--lt-cred-mech', '--user', 'ann:secret', '--realm', 'homes.test'],
      ...['--listening-ip', address, '--relay-ip', address, '--listening-port', String(port)],
      ...['--no-tls', '--no-dtls', '--no-cli', '--log-file', 'stdout', '--pidfile', '/dev/null'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await untilSays(server, /Total General servers/);
  return `turn:ann:secret@${address}:${port}`;
}
