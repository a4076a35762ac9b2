import { togetherStories } from '../support/desktop-stories/together.ts';

// In the stand-in for Electron; `electron.test.ts` tells the same stories in Electron itself, where it is.
togetherStories();
