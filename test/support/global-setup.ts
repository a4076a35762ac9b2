import { buildIfStale } from '../../scripts/build-if-stale.ts';

/** Tests of what is built, of whole processes and of the page need what `npm start` runs; it is built once for them all. */
export default async function setup(): Promise<void> {
  await buildIfStale((line) => console.error(line));
}
