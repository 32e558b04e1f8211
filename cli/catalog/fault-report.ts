import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DocumentFault } from '../../client';
import { PipelineError } from '../../client';

/** A file that gets every fault. */
export interface FaultReport {
  add(fault: DocumentFault): void;
  /** Ends the file; throws `InvalidInput` where it could not be written. */
  close(): Promise<void>;
}

/** Creates the file, or empties the one that is there; a line a fault, as JSON. */
export function createFaultReport(path: string): FaultReport {
  const stream = createWriteStream(path);
  const end = finished(stream);
  // Whoever closes the report learns of it.
  end.catch(() => undefined);
  return {
    add: (fault) => void stream.write(`${JSON.stringify(fault)}\n`),
    async close() {
      stream.end();
      try {
        await end;
      } catch (error) {
        throw new PipelineError('InvalidInput', { report: path }, { cause: error });
      }
    },
  };
}
