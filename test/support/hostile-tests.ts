import { expect, test } from 'vitest';
import { type Attack, notHere } from '../hostile/attacks/attack.ts';
import { createScene } from '../hostile/scene.ts';

/** A test for each attack that is quick; one that is known to fall must fall, so that its mark goes when it is mended. */
export function testAttacks(attacks: readonly Attack[]): void {
  for (const attack of attacks.filter(({ quick }) => quick)) {
    const { name, tries, fallsUntil } = attack;
    const title = fallsUntil === undefined ? `${name} holds` : `${name} falls until ${fallsUntil}`;
    test.skipIf(notHere(attack) !== null)(`${title}: ${tries}`, async () => {
      const scene = createScene();
      try {
        const { held, figure } = await attack.run(scene);
        expect(held ? 'held' : 'fell', figure).toBe(fallsUntil === undefined ? 'held' : 'fell');
      } finally {
        await scene.end();
      }
    });
  }
}
