import { hasEnded, type TransferView } from '../../src/shared/views.ts';
import type { Cast } from './cast.ts';
import { downloads, type LeftBehind, type WorldPerson } from './person.ts';

/** What must hold after a calm while, in which everybody could reach everybody; each that does not, as a sentence. */
export function brokenRules(cast: Cast): string[] {
  const here = cast.people.filter(({ inRoom }) => inRoom);
  return [
    ...here.flatMap((person) => unmet(person, here)),
    ...here.flatMap((person) => ghosts(person, here)),
    ...here.flatMap((person) => unfinished(person, here)),
    ...cast.people.flatMap((person) => disagreements(person, cast.people)),
    ...cast.people.flatMap((person) => wrongFiles(person, cast)),
  ];
}

/** Whoever has a path and a carrier in common is connected, and shown so on both sides. */
function unmet(person: WorldPerson, here: readonly WorldPerson[]): string[] {
  return here
    .filter((other) => other !== person)
    .flatMap((other) => {
      const shown = person.view.members.filter(({ key, state }) => key === other.key && state === 'connected');
      if (shown.length === 1) return [];
      return [`${person.name} sees ${other.name} ${shown.length} times as connected: ${JSON.stringify(person.view)}`];
    });
}

/** Nobody is shown as here who has been gone for so long. */
function ghosts(person: WorldPerson, here: readonly WorldPerson[]): string[] {
  const keys = new Set(here.map(({ key }) => key));
  return person.view.members
    .filter(({ key, state }) => state === 'connected' && key !== null && !keys.has(key))
    .map(({ name }) => `${person.name} sees ${name} as connected, who is gone`);
}

/** Between two who are connected nothing waits, unless somebody holds it. */
function unfinished(person: WorldPerson, here: readonly WorldPerson[]): string[] {
  const views = person.engine?.list() ?? [];
  return views
    .filter((view) => !hasEnded(view) && !view.pausedByMe && !view.pausedByPeer)
    .filter((view) => here.some(({ key }) => key === view.peer.key))
    .map((view) => `${person.name} has a transfer that does not end: ${told(view)}`);
}

/** Every transfer that is over is over in the same way on both sides, where both still know of it. */
function disagreements(person: WorldPerson, people: readonly WorldPerson[]): string[] {
  return (person.engine?.list() ?? []).flatMap((view) => {
    const other = people.find(({ key }) => key === view.peer.key);
    const theirs = other?.engine?.list().find(({ id }) => id === view.id);
    if (!theirs || !hasEnded(view) || !hasEnded(theirs) || view.state === theirs.state) return [];
    return [`${person.name} says ${told(view)}, ${other?.name} says ${told(theirs)}`];
  });
}

/** Under a final name there is only what was sent, whole. */
function wrongFiles({ name, disk }: WorldPerson, { sent }: Cast): string[] {
  return disk.files.flatMap((path) => {
    if (!path.startsWith(`${downloads}/`)) return [`${name} has ${path}, outside of the folder`];
    if (path.endsWith('.roomdrop-part')) return [];
    // A second gift of one name would be numbered; here each has a name of its own.
    const [title = '', file = ''] = path.slice(downloads.length + 1).split('/');
    const given = sent.get(title.replace(/ \(\d+\)$/, ''))?.find(([known]) => known.endsWith(`/${file}`));
    const got = disk.read(path);
    if (given && got && Buffer.from(got).equals(given[1])) return [];
    return [`${name} has ${path}, which nobody sent like that`];
  });
}

/** When everybody has left and closed the app, nothing is to be found any more. */
export function leftBehind({ people }: Cast, left: readonly LeftBehind[]): string[] {
  return people.flatMap(({ name }, index) => {
    const { timers = 0, files = 0 } = left[index] ?? {};
    return timers + files > 0 ? [`${name} has left ${timers} timers and ${files} open files behind`] : [];
  });
}

function told({ id, direction, state, reason, bytes, total, title }: TransferView): string {
  return `${direction} ${title} ${id.slice(0, 6)} ${state} (${reason?.code ?? 'no reason'}), ${bytes} of ${total}`;
}
