import { engineAttacks } from '../../hostile/attacks.ts';
import { testAttacks } from '../../support/hostile-tests.ts';

testAttacks(engineAttacks);
