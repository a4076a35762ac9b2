/** What closing the window means: the room goes on without it, and on macOS an app outlives its windows. */
export function onClose(state: { inRoom: boolean; platform: NodeJS.Platform }): 'hide' | 'quit' {
  return state.inRoom || state.platform === 'darwin' ? 'hide' : 'quit';
}

/** Whether people can be sent to the tray: desktops of Linux have one or not, GNOME none, and nothing tells which. */
export function hasSureTray(platform: NodeJS.Platform): boolean {
  return platform !== 'linux';
}
