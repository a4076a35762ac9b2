/**
 * Lets a person choose files where main has no dialogs of its own. Empty folders get lost on this way; dropping keeps them.
 * Resolves with none when it is cancelled.
 */
export function chooseFiles(kind: 'files' | 'folder'): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  if (kind === 'folder') input.webkitdirectory = true;
  else input.multiple = true;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}
