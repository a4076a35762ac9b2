import { joinAs } from './connect-person.ts';

/** Somebody in a process of their own, to be killed: `connect-child.ts NAME TOPIC KEY BROKER`. Prints a line when linked. */
const [name = '', topic = '', sealingKey = '', broker = ''] = process.argv.slice(2);
joinAs(
  name,
  { topic, sealingKey: new Uint8Array(Buffer.from(sealingKey, 'base64url')) },
  {
    brokers: [broker],
    onLink: () => console.log('linked'),
  },
);
