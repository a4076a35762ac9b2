import { quittingStories } from '../support/desktop-stories/quitting.ts';

// In the stand-in for Electron; `electron.test.ts` tells the same stories in Electron itself, where it is.
quittingStories();
