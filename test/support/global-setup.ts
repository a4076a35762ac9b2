import { buildIfStale } from '../../scripts/build-if-stale.ts';

/** The tests of whole processes and of the page need what `npm start` runs. */
export default async function setup(): Promise<void> {
  await buildIfStale((line) => console.error(line));
}
