import { lockInstance } from '../../src/main/storage/instance-lock.ts';

/** Takes the lock of a folder in a process of its own, says whether it has it, and keeps it: `lock-child.ts FOLDER`. */
const lock = await lockInstance(process.argv[2] ?? '');
console.log(lock ? 'held' : 'in use');
setInterval(() => undefined, 60_000);
