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

  stillOpen: 'Roomdrop is still in the room',
  stillOpenDetail: 'Others can go on sending and receiving. Quit it from the tray icon or the menu.',

  quitWhileTransferring: 'Quit while files are on their way?',
  quitWhileTransferringDetail:
    'Transfers stop here. Files that have arrived whole are kept; the others have to be sent again.',
  quitAnyway: 'Quit',
  stay: 'Keep going',

  pickFiles: 'Choose files to send',
  pickFolder: 'Choose a folder to send',
  pickDownloads: 'Choose where received files go',

  pageKeepsCrashing: 'The window keeps crashing',
  pageKeepsCrashingDetail: 'Roomdrop has stopped reopening it. Quit and start Roomdrop again.',

  cannotStart: 'Roomdrop could not start',
  alreadyOpen: 'Roomdrop is already open; this was handed to it.',
  alreadyOpenExitWhenDone:
    'Roomdrop is already open, and --exit-when-done needs a copy of its own; --data-dir with another folder makes one.',
};
