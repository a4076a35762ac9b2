/**
 * `npm run mutate`: Stryker over each group of `stryker.config.js` against the group's own tests, and what share of the
 * mutants they noticed. `npm run mutate -- connect transfer` does some groups, `npm run mutate -- src/shared/room-code.ts`
 * some files. All of it takes an hour and more.
 */
import { Stryker } from '@stryker-mutator/core';
import { filesOf, mutationGroups } from '../stryker.config.js';

const asked = process.argv.slice(2);
const rows = [];
for (const group of mutationGroups) {
  const mutate = asked.length === 0 || asked.includes(group.name) ? filesOf(group) : filesIn(group.sources);
  if (mutate.length === 0) continue;
  process.env.ROOMDROP_MUTATION_TESTS = group.tests.join(' ');
  const mutants = await new Stryker({ mutate }).runMutationTest();
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const missed = count('Survived', 'NoCoverage');
  rows.push({ group: group.name, noticed, missed, share: `${((100 * noticed) / (noticed + missed)).toFixed(1)} %` });
}
console.table(rows);

/** @param {string} folder */
function filesIn(folder) {
  return asked.filter((path) => path.startsWith(`${folder}/`));
}
