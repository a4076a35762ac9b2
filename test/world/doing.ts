import { hasEnded } from '../../src/shared/views.ts';
import type { Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { WorldPerson } from './person.ts';
import { createWorldSource, type WorldFile } from './source.ts';
import type { Happening } from './story.ts';

/** Does what a story says. */
export function createDoer(cast: Cast, chance: Chance): (happening: Happening) => void {
  const { network, brokers, people, sent, counts } = cast;
  let given = 0;

  function send(person: WorldPerson, { files, bytes, spoiled }: Extract<Happening, { kind: 'send' }>): void {
    const title = `gift ${++given}`;
    const list = Array.from(
      { length: files },
      (_, index): WorldFile => [`${title}/${nameOf(index)}`, chance.bytes(Math.ceil(bytes / (index + 1)))],
    );
    sent.set(title, list);
    counts.add('transfers offered', person.linked.length);
    counts.add('bytes offered', bytes * person.linked.length);
    person.offer(createWorldSource(title, list, spoiled));
  }

  function press(person: WorldPerson, action: 'pause' | 'resume' | 'cancel', pick: number): void {
    const open = person.engine?.list().filter((view) => !hasEnded(view)) ?? [];
    const view = open[pick % Math.max(1, open.length)];
    if (view) person.engine?.[action](view.id);
  }

  function toBroker(happening: Extract<Happening, { broker: number }>): void {
    const broker = brokers[happening.broker];
    if (happening.kind === 'broker-mood') broker?.setMood(happening.mood);
    else if (happening.kind === 'broker-up') broker?.comeUp();
    else {
      broker?.goDown();
      if (happening.kind === 'broker-flaps') broker?.comeUp();
    }
  }

  return (happening) => {
    counts.add(happening.kind);
    if (happening.kind === 'attack') return cast.hostile.attack(happening.by);
    if ('broker' in happening) return toBroker(happening);
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
        return person.crash();
      case 'sleep':
        return network.setAway(person.address, true);
      case 'wake':
        return network.setAway(person.address, false);
      case 'remap':
        return cast.udp.forgetMappings(person.address);
      case 'udp':
        return cast.udp.setTrouble(person.address, happening.trouble);
      case 'strands':
        return cast.strands.set(person.address, happening.trouble);
      case 'direct':
        return person.allowDirect(happening.allowed);
      case 'doubt':
      case 'trust':
        person.accepts = happening.kind === 'trust';
        return;
      case 'move':
        return person.move(happening.place);
      case 'cut':
        return cut(person, people[happening.other]);
      case 'disk':
        return person.setTrouble(happening.trouble);
      case 'rename':
        return person.rename(happening.name);
      case 'send':
        return send(person, happening);
      case 'accept':
      case 'decline':
        return person.answer(happening.kind === 'accept', happening.pick);
      default:
        return press(person, happening.kind, happening.pick);
    }
  };

  function cut(one: WorldPerson, other: WorldPerson | undefined): void {
    if (other && other !== one) network.setCut(one.address, other.address, true);
  }
}

/** Two and two differ only in case. */
function nameOf(index: number): string {
  return index % 2 === 0 ? `${index}.bin` : `${index - 1}.BIN`;
}
