/**
 * The same work, but a call begins when those before it have ended: for what holds the thread and
 * much memory, where several at once would take as long and hold more.
 */
export function oneAtATime<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let before: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const result = before.then(() => work(argument));
    before = result.catch(() => undefined);
    return result;
  };
}
