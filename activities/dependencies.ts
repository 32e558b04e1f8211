import type { Database } from '../store/database/connect';
import type { ObjectStore } from './ports/object-store';

/** What activities work with; the composition root gives it. */
export interface Dependencies {
  readonly database: Database;
  readonly objectStore: ObjectStore;
  /** The key that secrets at rest are encrypted with (RUN-20). */
  readonly encryptionKey: Uint8Array;
}
