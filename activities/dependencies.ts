import type { Database } from '../store/database/connect';
import type { ObjectStore } from './ports/object-store';
import type { PublishingPorts } from './ports/publishing-ports';

/** What activities work with; the composition root gives it. */
export interface Dependencies {
  readonly database: Database;
  readonly objectStore: ObjectStore;
  /** The key that secrets at rest are encrypted with (RUN-20). */
  readonly encryptionKey: Uint8Array;
  /** Platforms that publishing works with; without them Gantry's own. */
  readonly publishing?: PublishingPorts;
}
