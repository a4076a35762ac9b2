import { join } from 'node:path';
import * as v from 'valibot';
import { type KnownPerson, knownPersonSchema } from '../../shared/bridge.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { ReasonError } from '../../shared/reasons.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import { openJsonFile } from './json-file.ts';

const storedSchema = v.object({
  version: v.literal(1),
  people: v.pipe(v.array(knownPersonSchema), v.maxLength(limits.knownPeople)),
});

/** The people whose words this person has compared, by key. */
export interface KnownPeople {
  readonly list: readonly KnownPerson[];
  /** Written before it counts. Somebody who is known already gets the new name. Rejects with `too-many-known`. */
  add(person: KnownPerson): Promise<void>;
  remove(key: string): Promise<void>;
}

export async function openKnownPeople(dataDir: string): Promise<KnownPeople> {
  const file = openJsonFile(join(dataDir, 'known-people.json'), storedSchema);
  let list: readonly KnownPerson[] = (await file.read())?.people ?? [];
  // Or the second would write over what the first has changed.
  const oneAtATime = createOneAtATime();

  async function write(people: KnownPerson[]): Promise<void> {
    await file.write({ version: 1, people });
    list = people;
  }

  return {
    get list() {
      return list;
    },
    add: (person) =>
      oneAtATime(async () => {
        const others = list.filter(({ key }) => key !== person.key);
        // Nobody is forgotten for somebody else: a mark that goes by itself would be missed by nobody.
        if (others.length >= limits.knownPeople) throw new ReasonError('too-many-known', { limit: limits.knownPeople });
        await write([...others, person]);
      }),
    remove: (gone) => oneAtATime(() => write(list.filter(({ key }) => key !== gone))),
  };
}
