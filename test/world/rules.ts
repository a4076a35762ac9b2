import { hasEnded, type TransferView } from '../../src/shared/views.ts';
import { downloads } from './app.ts';
import type { Cast } from './cast.ts';
import { brokenLanes } from './lane-rules.ts';
import { pathKinds } from './network.ts';
import type { LeftBehind, WorldPerson } from './person.ts';
import type { WorldFile } from './source.ts';

/** What must hold after a calm while, in which all did their work; each that does not, as a sentence. */
export function brokenRules(cast: Cast): string[] {
  return [
    ...cast.people.flatMap((person) => misnamed(person, cast.people)),
    ...cast.people.flatMap((person) => unfinished(person, cast)),
    ...cast.people.flatMap((person) => disagreements(person, cast.people)),
    ...cast.people.flatMap((person) => unexplained(person, cast)),
    ...cast.people.flatMap((person) => missing(person, cast)),
    ...cast.people.flatMap((person) => wrongFiles(person, cast)),
    ...brokenLanes(cast),
  ];
}

/** Everybody is shown under the name that they have now. */
function misnamed({ name, view }: WorldPerson, people: readonly WorldPerson[]): string[] {
  return view.members.flatMap((member) => {
    const other = people.find(({ stay }) => stay !== null && stay.session === member.session);
    if (!other || member.state !== 'connected' || member.name === other.name) return [];
    return [`${name} shows ${other.name} as ${member.name}`];
  });
}

/** Between two who are connected nothing waits. */
function unfinished(person: WorldPerson, { people, network }: Cast): string[] {
  if (!person.stay) return [];
  const reached = new Set(
    people
      .filter(({ stay, address }) => stay && pathKinds.some((kind) => network.allows(person.address, address, kind)))
      .map(({ key }) => key),
  );
  return (person.engine?.list() ?? [])
    .filter((view) => !hasEnded(view) && reached.has(view.peer.key))
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

/** What did not end well says why. */
function unexplained(person: WorldPerson, { hostile }: Cast): string[] {
  return (person.engine?.list() ?? [])
    .filter(({ state, peer }) => (state === 'failed' || state === 'cancelled') && peer.key !== hostile.key)
    .filter(({ reason }) => reason === null || reason.code === 'internal-error' || reason.code === 'protocol-error')
    .map((view) => `${person.name} has a transfer that ends without a good reason: ${told(view)}`);
}

/** What is said to have arrived is there, byte by byte. */
function missing(person: WorldPerson, { sent, hostile }: Cast): string[] {
  return (person.engine?.list() ?? [])
    .filter(({ direction, state, reason }) => direction === 'in' && state === 'done' && reason === null)
    .filter(({ peer }) => peer.key !== hostile.key)
    .flatMap((view) => {
      const there = person.disk.files.filter((path) => titleOf(path) === view.title);
      const lacking = (sent.get(view.title) ?? []).filter(
        (file) => !there.some((path) => isSame(file, path, person.disk.read(path))),
      );
      return lacking.map(([path]) => `${person.name} lacks ${path}, which is said to have arrived`);
    });
}

/** Under a final name there is only what was sent, whole. */
function wrongFiles({ name, disk }: WorldPerson, { sent }: Cast): string[] {
  return disk.files.flatMap((path) => {
    if (!path.startsWith(`${downloads}/`)) return [`${name} has ${path}, outside of the folder`];
    if (path.endsWith('.roomdrop-part')) return [];
    const given = sent.get(titleOf(path)) ?? [];
    if (given.some((file) => isSame(file, path, disk.read(path)))) return [];
    return [`${name} has ${path}, which nobody sent like that`];
  });
}

/** When everybody has left and closed the app, nothing is to be found any more. */
export function leftBehind(
  { people, timeline, ether, udp, udx, brokers }: Cast,
  left: readonly LeftBehind[],
): string[] {
  // simple-peer's own timers are of the page; nobody takes those of a page away that is gone.
  const isTidy = people.every(({ wasDropped }) => !wasDropped);
  const clients = brokers.reduce((sum, broker) => sum + broker.clients, 0);
  return [
    ...people.flatMap(({ name }, index) =>
      Object.entries(left[index] ?? {})
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `${name} has left ${count} ${what} behind`),
    ),
    ...(isTidy && timeline.waiting > 0 ? [`${timeline.waiting} things are still to happen when all is over`] : []),
    ...(ether.openConnections > 0 ? [`${ether.openConnections} connections are open when all is over`] : []),
    ...(udp.openSockets > 0 ? [`${udp.openSockets} UDP sockets are open when all is over`] : []),
    ...(udx.openStreams > 0 ? [`${udx.openStreams} streams are open when all is over`] : []),
    ...(clients > 0 ? [`${clients} are with brokers when all is over`] : []),
  ];
}

/** The folder that something was sent as: a second one of its name is numbered. */
function titleOf(path: string): string {
  const [title = ''] = path.slice(downloads.length + 1).split('/');
  return unnumbered(title);
}

function isSame([given, bytes]: WorldFile, path: string, stored: Uint8Array | undefined): boolean {
  const name = (of: string): string => unnumbered(of.slice(of.lastIndexOf('/') + 1)).toLowerCase();
  return name(given) === name(path) && stored !== undefined && Buffer.compare(bytes, stored) === 0;
}

function unnumbered(name: string): string {
  return name.replace(/ \(\d+\)/, '');
}

function told({ id, direction, state, reason, bytes, total, title }: TransferView): string {
  return `${direction} ${title} ${id.slice(0, 6)} ${state} (${reason?.code ?? 'no reason'}), ${bytes} of ${total}`;
}
