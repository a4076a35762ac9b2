/** What closing the window means: the room goes on without it, and on macOS an app outlives its windows. */
export function onClose(state: { inRoom: boolean; platform: NodeJS.Platform }): 'hide' | 'quit' {
  return state.inRoom || state.platform === 'darwin' ? 'hide' : 'quit';
}
