import type { Planning } from './find-planning';

/** Says of an import that it is undone, and of the one an undone undo had undone that it holds again (REL-41). */
export async function markUndone({ trx, importId, undoes }: Planning): Promise<void> {
  if (undoes === null) return;
  const [undone] = await trx('imports')
    .where({ id: undoes })
    .update({ state: 'undone', undone_by: importId })
    .returning<{ undoes: string | null }[]>('undoes');
  if (undone?.undoes == null) return;
  await trx('imports').where({ id: undone.undoes }).update({ state: 'imported', undone_by: null });
}
