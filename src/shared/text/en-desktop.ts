/** What the desktop's own windows, menus and questions say, outside the page. */
export const enDesktop = {
  open: 'Open Roomdrop',
  quit: 'Quit Roomdrop',
  inRoom: 'Roomdrop: in a room',
  notInRoom: 'Roomdrop',
  menuFile: 'File',
  menuEdit: 'Edit',
  menuView: 'View',
  menuWindow: 'Window',
  menuHelp: 'Help',
  about: 'About Roomdrop',
  showLog: 'Show log',

  stillOpen: 'Roomdrop is still in the room',
  stillOpenInTray: 'Others can go on sending and receiving. Its icon beside the clock brings it back, or quits it.',
  stillOpenDetail: 'Others can go on sending and receiving. Start Roomdrop again to bring it back; its menu quits it.',

  quitWhileTransferring: 'Quit while files are on their way?',
  quitWhileTransferringDetail:
    'Transfers stop here. Files that have arrived whole are kept; the others have to be sent again.',
  quitAnyway: 'Quit',
  stay: 'Keep going',

  pickFiles: 'Choose files to send',
  pickFolder: 'Choose a folder to send',
  pickDownloads: 'Choose where received files go',

  pageKeepsCrashing: 'The window keeps crashing',
  pageKeepsCrashingDetail: 'Transfers wait meanwhile. Open it once more, or quit and start Roomdrop again.',
  pageHangs: 'The window does not answer',
  pageHangsDetail: 'Transfers wait meanwhile and go on where they were. Wait for it, or open it anew.',
  reopen: 'Reopen',
  wait: 'Wait',

  joinRoom: (code: string): string => `Join the room ${code}?`,
  startRoom: 'Start a new room?',
  joinRoomDetail: 'Whoever has these five words is in it and learns your network address.',
  joinRoomLeaves: 'You leave the room you are in. What is on its way there stops.',
  stayOut: 'Cancel',

  cannotStart: 'Roomdrop could not start',
  alreadyOpen: 'Roomdrop is already open; this was handed to it.',
  alreadyOpenExitWhenDone:
    'Roomdrop is already open, and --exit-when-done needs a copy of its own; --data-dir with another folder makes one.',
};
