import { readFile, rename } from 'node:fs/promises';
import * as v from 'valibot';
import writeFileAtomic from 'write-file-atomic';
import { parseJson } from '../../shared/parse-json.ts';
import { errorCode } from '../files/error-code.ts';

/**
 * One JSON file that is schema-checked when read and replaced whole when written. What cannot be read is moved aside to
 * `NAME.unreadable`, never overwritten.
 */
export interface JsonFile<T> {
  /** Null when there is none, or none that could be used. */
  read(): Promise<T | null>;
  write(value: T): Promise<void>;
}

export function openJsonFile<S extends v.GenericSchema>(
  path: string,
  schema: S,
  mode = 0o600,
): JsonFile<v.InferOutput<S>> {
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null;
        throw error;
      }
      const parsed = v.safeParse(schema, parseJson(text));
      if (parsed.success) return parsed.output;
      await rename(path, `${path}.unreadable`);
      return null;
    },
    write: (value) => writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, { mode }),
  };
}
