/** One call of a function of the page, from who serves it. */
export interface PageCall {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What became of it. */
export type PageAnswer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/** Answers calls over a WebSocket to who serves the page: for a page whose browser has no debugger. */
export function answerCalls<F extends (...args: never[]) => Promise<unknown>>(functions: Record<string, F>): void {
  const socket = new WebSocket(`ws://${location.host}/`);
  const answer = (message: PageAnswer): void => socket.send(JSON.stringify(message));
  socket.addEventListener('message', ({ data }) => {
    const { id, name, args } = JSON.parse(data) as PageCall & { args: Parameters<F> };
    functions[name]?.(...args).then(
      (value) => answer({ id, value }),
      (error) => answer({ id, error: String(error) }),
    );
  });
}
