/** What tells two people with one name apart: the color of the avatar and an animal, both of the key. */

/** In the order of `.avatar[data-hue]` in the style sheet. */
export const enHues = ['red', 'orange', 'ochre', 'olive', 'green', 'teal', 'blue', 'indigo', 'violet', 'pink'] as const;

/** None that anybody would mind to be called. */
export const enAnimals = [
  ...['badger', 'beaver', 'bison', 'bunting', 'buzzard', 'chamois', 'cheetah', 'crane', 'curlew', 'deer', 'dolphin'],
  ...['dove', 'eagle', 'egret', 'falcon', 'finch', 'fox', 'gazelle', 'gecko', 'hare', 'hawk', 'hedgehog', 'heron'],
  ...['ibex', 'ibis', 'jaguar', 'kestrel', 'koala', 'lark', 'lemur', 'leopard', 'lion', 'lynx', 'marten', 'merlin'],
  ...['nightingale', 'ocelot', 'osprey', 'otter', 'owl', 'panda', 'panther', 'pelican', 'penguin', 'plover', 'puffin'],
  ...['quail', 'raven', 'robin', 'salmon', 'seal', 'sparrow', 'squirrel', 'starling', 'stork', 'swallow', 'swan'],
  ...['swift', 'tern', 'tiger', 'toucan', 'turtle', 'wren', 'zebra'],
] as const;
