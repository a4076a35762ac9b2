import { Buffer } from 'buffer/';

/**
 * simple-peer's and mqtt.js's streams call Node's `process.nextTick`, and mqtt.js takes payloads as Node's `Buffer`. This
 * is all of Node that the page has; it must be imported before either library.
 */
const nextTick = (run: (...args: unknown[]) => void, ...args: unknown[]): void => queueMicrotask(() => run(...args));

const scope: typeof globalThis & { process?: unknown; Buffer?: unknown } = globalThis;
scope.process ??= { nextTick, env: {}, version: '', versions: {} };
scope.Buffer ??= Buffer;
