import type { Readable } from 'node:stream';

/** An object as a store lists it. */
export interface ObjectSummary {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * What activities need of an S3 store. Keys are ASCII `[A-Za-z0-9._/-]`. Every method throws
 * `ObjectStoreUnavailable` when the store does not answer.
 */
export interface ObjectStore {
  /**
   * Writes an object from a stream of unknown length. Atomic: the key has the whole object or what
   * it had before; rejects when the source fails or the signal aborts. Not safe for two writers of
   * one key: use a key of your own.
   */
  put(key: string, source: Readable, signal?: AbortSignal): Promise<void>;
  /**
   * Opens bytes `start` to before `end`, or the whole object; the signal ends the reading, however
   * slow the store is. Throws `StoredObjectMissing`.
   */
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
    signal?: AbortSignal,
  ): Promise<Readable>;
  /** The object's size in bytes, or undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Copies on the server’s side, atomically; safe to repeat; throws `StoredObjectMissing`. */
  copy(from: string, to: string): Promise<void>;
  /** Removes an object; removing what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Removes every object and every unfinished upload whose key begins with the prefix; safe to repeat. */
  removeAll(prefix: string): Promise<void>;
  /** Every object whose key begins with the prefix, in key order. */
  list(prefix: string): AsyncIterable<ObjectSummary>;
}
