import type { Port } from '../../shared/bridge.ts';
import {
  decodeReadRequest,
  encodeReadAnswer,
  type ReadAnswer,
  type ReadRequest,
} from '../../shared/protocol/source-port.ts';
import type { PageFile } from './dropped.ts';

/** Answers main's questions for the bytes of dropped files, as long as this page lives. */
export function serveFiles(port: Port, files: readonly PageFile[]): void {
  port.listen({
    async message(message) {
      const request = message instanceof Uint8Array ? decodeReadRequest(message) : null;
      if (request) port.post(encodeReadAnswer(await answer(request, files[request.entry]?.file ?? null)));
    },
    close: () => undefined,
  });
}

async function answer({ id, offset, length }: ReadRequest, file: File | null): Promise<ReadAnswer> {
  const nothing = new Uint8Array();
  if (!file) return { id, status: 'missing', bytes: nothing };
  try {
    return { id, status: 'ok', bytes: new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()) };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    // Chromium says NotReadableError when size or time on the disk are no longer the File's, and when permission is gone.
    if (name === 'NotFoundError') return { id, status: 'missing', bytes: nothing };
    return { id, status: name === 'NotReadableError' ? 'changed' : 'unreadable', bytes: nothing };
  }
}
