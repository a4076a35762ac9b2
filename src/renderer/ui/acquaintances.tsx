import type { JSX } from 'preact';
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import { type Acquaintance, acquaintances } from './acquaintance.ts';
import type { Model } from './model.ts';
import { SamePersonDialog } from './same-person-dialog.tsx';

interface Acquaintances {
  readonly byKey: ReadonlyMap<string, Acquaintance>;
  /** Opens the dialog; `shown` is the name on the card. */
  compare(person: Acquaintance, shown: string): void;
}

const nobody: Acquaintances = { byKey: new Map(), compare: () => undefined };
const AcquaintancesContext = createContext(nobody);

export function useAcquaintances(): Acquaintances {
  return useContext(AcquaintancesContext);
}

interface ProviderProps {
  /** With names as people call themselves: those told apart are nobody's. */
  readonly model: Model;
  readonly children: ComponentChildren;
}

/** Who is known and who is not, for every card; and the one dialog, which stays when a card goes or comes anew. */
export function AcquaintancesProvider({ model, children }: ProviderProps): JSX.Element {
  const { app, network, connectedToMain } = model;
  const [comparing, setComparing] = useState<{ person: Acquaintance; shown: string } | null>(null);
  const byKey = useMemo(() => acquaintances(model), [app?.known, network.members]);
  const value = useMemo(
    () => ({ byKey, compare: (person: Acquaintance, shown: string) => setComparing({ person, shown }) }),
    [byKey],
  );
  return (
    <AcquaintancesContext.Provider value={value}>
      {children}
      {comparing && app && connectedToMain && (
        <SamePersonDialog
          key={comparing.person.key}
          own={app.key}
          person={byKey.get(comparing.person.key) ?? comparing.person}
          shown={comparing.shown}
          onClose={() => setComparing(null)}
        />
      )}
    </AcquaintancesContext.Provider>
  );
}
