import { directAttacks } from '../../hostile/attacks.ts';
import { testAttacks } from '../../support/hostile-tests.ts';

testAttacks(directAttacks);
