import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { displayName } from '../../shared/format.ts';
import { type Reason, reasonOf } from '../../shared/reasons.ts';
import { reasonText, text } from '../../shared/text.ts';
import type { ContentsItem, ContentsPage, FolderRef, TransferView } from '../../shared/views.ts';
import { useUi } from './context.ts';
import { ChevronIcon, FolderIcon } from './icons.tsx';
import { ScrollList } from './scroll-list.tsx';

const words = text.contents;

/** What is in a transfer, as a tree that is asked for while it is unfolded; one plain file needs none. */
export function Contents({ transfer, title }: { transfer: TransferView; title: string }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (transfer.files + transfer.folders < 2) return null;
  return (
    <details class="disclosure" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <ChevronIcon />
        {words.show}
      </summary>
      {open && (
        <ScrollList class="contents" label={words.label(title)}>
          {/* Once it is accepted there is more to be listed. */}
          <Folder key={transfer.state === 'offered' ? 'offered' : 'accepted'} transfer={transfer.id} path={[]} />
        </ScrollList>
      )}
    </details>
  );
}

interface FolderProps {
  readonly transfer: string;
  /** The folders on the way to this one, the outermost first; none for what lies at the top. */
  readonly path: readonly ContentsItem[];
}

function refOf(path: readonly ContentsItem[]): FolderRef | null {
  const last = path.at(-1);
  return last ? { entry: last.entry, depth: path.length } : null;
}

/** The only thing at the top is a folder, whose name is the title anyway. */
function onlyFolder(page: ContentsPage): ContentsItem | null {
  const [only, ...more] = page.items;
  return only?.folder && more.length === 0 && page.left === 0 ? only : null;
}

/** Page by page what lies in one folder. */
function useListing({ transfer, path }: FolderProps) {
  const { actions } = useUi();
  const [pages, setPages] = useState<readonly ContentsPage[]>([]);
  const [inside, setInside] = useState(path);
  const [failure, setFailure] = useState<Reason | null>(null);
  const [loading, setLoading] = useState(false);
  const gone = useRef(false);

  const load = async (): Promise<void> => {
    setLoading(true);
    try {
      let at = inside;
      let page = await actions.contents(transfer, refOf(at), pages.at(-1)?.items.at(-1)?.entry ?? null);
      const only = at.length === 0 ? onlyFolder(page) : null;
      if (only) {
        at = [only];
        page = await actions.contents(transfer, refOf(at), null);
      }
      if (gone.current) return;
      setInside(at);
      setPages([...pages, page]);
    } catch (error) {
      if (!gone.current) setFailure(reasonOf(error));
    }
    setLoading(false);
  };

  useEffect(() => {
    void load();
    return () => {
      gone.current = true;
    };
  }, []);

  return { pages, inside, failure, loading, load };
}

function Folder({ transfer, path }: FolderProps): JSX.Element {
  const { pages, inside, failure, loading, load } = useListing({ transfer, path });
  const list = useRef<HTMLUListElement>(null);
  const last = pages.at(-1);
  const more = async (): Promise<void> => {
    await load();
    // With the last page its button is gone; the keyboard stays in the list.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) list.current?.closest<HTMLElement>('.contents')?.focus();
    });
  };
  return (
    <ul ref={list} aria-busy={loading}>
      {pages.flatMap(({ items, unlisted }) =>
        items.map((item) =>
          item.folder ? (
            <Subfolder
              key={`folder ${item.entry}`}
              transfer={transfer}
              path={[...inside, item]}
              partly={unlisted > 0}
            />
          ) : (
            <li key={item.entry} class="contents-item">
              <bdi class="file-path">{displayName(item.name)}</bdi>
              <span class="file-size">{words.bytes(item.bytes)}</span>
            </li>
          ),
        ),
      )}
      {last && last.items.length === 0 && last.unlisted === 0 && <li class="contents-note">{words.empty}</li>}
      {last && last.left > 0 && (
        <li class="contents-note">
          <button type="button" class="link" disabled={loading} onClick={() => void more()}>
            {words.more(last.left)}
          </button>
        </li>
      )}
      {last && path.length === 0 && last.unlisted > 0 && <li class="contents-note">{words.unlisted(last.unlisted)}</li>}
      {failure && (
        <li class="contents-note" role="alert">
          {reasonText(failure).title}
        </li>
      )}
    </ul>
  );
}

interface SubfolderProps extends FolderProps {
  /** Not all that is in it may be known. */
  readonly partly: boolean;
}

function Subfolder({ transfer, path, partly }: SubfolderProps): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const item = path.at(-1);
  if (!item) return null;
  const amount = words.folder(item.files, item.bytes);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary class="contents-item">
          <ChevronIcon />
          <FolderIcon />
          <bdi class="file-path">{displayName(item.name)}</bdi>
          <span class="file-size">{partly ? words.soFar(amount) : amount}</span>
        </summary>
        {open && <Folder transfer={transfer} path={path} />}
      </details>
    </li>
  );
}
