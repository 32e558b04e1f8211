import { PassThrough, type Writable } from 'node:stream';
import { isPipelineError } from '../../schemas/pipeline-error';
import type { ObjectStore } from '../ports/object-store';

/** Where to write, and what ends it early. */
export interface ObjectToWrite {
  readonly key: string;
  readonly signal: AbortSignal;
}

/**
 * Stores what a writer writes, as it is written. Either side's failure ends the other: a store that
 * is away must not leave the writer's query open. Gives what the writer gives; rejects with what
 * went wrong first, not with what that did to the other side.
 */
export async function writeObject<T>(
  objectStore: ObjectStore,
  { key, signal }: ObjectToWrite,
  write: (output: Writable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const output = new PassThrough();
  const halt = (error: unknown): never => {
    stop.abort(error);
    throw error;
  };
  const writing = write(output, either).catch(halt);
  const storing = objectStore.put(key, output, either).catch(halt);
  try {
    const [written] = await Promise.all([writing, storing]);
    return written;
  } catch (error) {
    if (isPipelineError(error)) throw error;
    // A writer whose reader is gone knows no more than that; the store says why once it has tidied up.
    throw await storing.then(
      () => error,
      (reason: unknown) => (isPipelineError(reason) ? reason : error),
    );
  }
}
