import { hasEnded } from '../../src/shared/views.ts';
import type { Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { WorldPerson } from './person.ts';
import { createWorldSource, type WorldFile } from './source.ts';
import type { Happening } from './story.ts';

/** Does what a story says. */
export function createDoer(
  { ether, brokers, people, sent, counts }: Cast,
  chance: Chance,
): (happening: Happening) => void {
  let given = 0;

  function send(person: WorldPerson, files: number, bytes: number): void {
    const title = `gift ${++given}`;
    const list = Array.from(
      { length: files },
      (_, index): WorldFile => [`${title}/${index}.bin`, chance.bytes(Math.ceil(bytes / (index + 1)))],
    );
    sent.set(title, list);
    counts.transfers += person.linked.length;
    counts.bytes += bytes;
    person.offer(createWorldSource(title, list));
  }

  function press(person: WorldPerson, action: 'pause' | 'resume' | 'cancel', pick: number): void {
    const open = person.engine?.list().filter((view) => !hasEnded(view)) ?? [];
    const view = open[pick % Math.max(1, open.length)];
    if (view) person.engine?.[action](view.id);
  }

  return (happening) => {
    if ('broker' in happening) {
      const broker = brokers[happening.broker];
      if (happening.kind === 'broker-down') broker?.goDown();
      else broker?.comeUp();
      return;
    }
    const person = people[happening.who];
    if (!person) return;
    switch (happening.kind) {
      case 'join':
        person.start();
        return person.join();
      case 'leave':
        return person.leave();
      case 'reload':
        return person.reload();
      case 'crash':
        counts.crashes++;
        return person.crash();
      case 'sleep':
        return ether.setAway(person.address, true);
      case 'wake':
        return ether.setAway(person.address, false);
      case 'rename':
        return person.rename(happening.name);
      case 'send':
        return send(person, happening.files, happening.bytes);
      default:
        return press(person, happening.kind, happening.pick);
    }
  };
}
