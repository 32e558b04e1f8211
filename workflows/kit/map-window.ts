/**
 * Does `work` for every item with at most `size` in flight. The first failure stops new items; those
 * in flight are waited for, then it is thrown, so that nothing goes on behind a parked step.
 */
export async function mapWindow<T>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !failed; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(size, items.length) }, lane);
  for (const settled of await Promise.allSettled(lanes)) {
    if (settled.status === 'rejected') throw settled.reason;
  }
}
