import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import type NoiseSecretStream from '@hyperswarm/secret-stream';
import type { KeyPair, NoiseStreamOptions } from '@hyperswarm/secret-stream';
import type { UdxSocket, UdxStream, UdxStreamOptions } from 'udx-native';

export type { KeyPair, NoiseSecretStream, UdxSocket, UdxStream };

/**
 * Not `import()`: in an archive Electron has lost packages that were asked for so.
 * https://github.com/electron/electron/issues/41241, https://github.com/electron/electron/issues/45896
 */
const requireOutside = createRequire(import.meta.url);

/** UDX (reliable streams over a UDP socket) and Noise, the two libraries that the direct lane is made of. */
export interface Udx {
  createSocket(): UdxSocket;
  createStream(id: number, options: UdxStreamOptions): UdxStream;
  /** Noise over a stream. */
  seal(isInitiator: boolean, raw: UdxStream, options: NoiseStreamOptions): NoiseSecretStream;
  keyPair(): KeyPair;
}

/** `why` is what the system says of an addon that does not load. */
export type LoadedUdx = { readonly udx: Udx } | { readonly udx: null; readonly why: string };

let loading: Promise<LoadedUdx> | null = null;

/** Both have native addons, which may be missing or refused; they are looked for when somebody first wants them. */
export function loadUdx(): Promise<LoadedUdx> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LoadedUdx> {
  try {
    const UDX: typeof import('udx-native').default = requireOutside('udx-native');
    const SecretStream: typeof NoiseSecretStream = requireOutside('@hyperswarm/secret-stream');
    const udx = new UDX();
    return {
      udx: {
        createSocket: () => udx.createSocket(),
        createStream: (id, options) => udx.createStream(id, options),
        seal: (isInitiator, raw, options) => new SecretStream(isInitiator, raw, options),
        keyPair: () => SecretStream.keyPair(),
      },
    };
  } catch (error) {
    return { udx: null, why: whyOf(error) };
  }
}

/** What the system said is the cause of what `require-addon` says; its first line, for a log that names no person's folder. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return whyOf(error.cause);
  return (error.message.split('\n', 1)[0] ?? '').replaceAll(homedir(), '~');
}
