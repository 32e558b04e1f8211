import type { Knex } from 'knex';
import type { DocumentFault } from '../../schemas/catalog/document-fault';
import { createSecretsCutter } from './asset-secrets';
import { removeDuplicates } from './find-duplicates';
import { readDocument, type ReadDocument } from './read-document';
import type { RawLine } from './split-lines';
import { analyzeStage, createStage, stageDocuments } from './stage-documents';

/** A line to be read as a document, or one whose faults are known already. */
export type SourceLine = RawLine | { readonly faults: readonly DocumentFault[] };

/** What a load collects its lines in until it merges them. */
export interface Stage {
  /** The documents of each type in the stage, deletions not among them. */
  readonly documents: ReadonlyMap<string, number>;
  /** Stages the good lines, reports the faults of the others, and gives how many lines there were. */
  fill(
    batches: AsyncIterable<readonly SourceLine[]>,
    onProgress?: (lines: number) => void,
  ): Promise<number>;
  /** Stages a few lines more. */
  add(lines: readonly RawLine[]): Promise<void>;
}

interface StageOptions {
  readonly tenantId: number;
  readonly encryptionKey: Uint8Array;
  readonly report: (fault: DocumentFault) => void;
}

/** Opens the stage of a load; it lives as long as the transaction. */
export function openStage(trx: Knex.Transaction, options: StageOptions): Stage {
  const { report } = options;
  const cutSecrets = createSecretsCutter(options);
  const documents = new Map<string, number>();
  const count = (type: string, by: 1 | -1): void => {
    documents.set(type, (documents.get(type) ?? 0) + by);
  };
  const read = (line: SourceLine): ReadDocument[] => {
    const reading = 'faults' in line ? line : readDocument(line, cutSecrets);
    if ('faults' in reading) {
      reading.faults.forEach(report);
      return [];
    }
    if (reading.document.content !== null) count(reading.document.type, 1);
    return [reading.document];
  };
  return {
    documents,
    add: (lines) => stageDocuments(trx, once(lines.flatMap(read))),
    async fill(batches, onProgress) {
      let lineCount = 0;
      async function* readAll(): AsyncGenerator<ReadDocument[]> {
        for await (const batch of batches) {
          lineCount += batch.length;
          onProgress?.(lineCount);
          yield batch.flatMap(read);
        }
      }
      await createStage(trx);
      await stageDocuments(trx, readAll());
      await analyzeStage(trx);
      await removeDuplicates(trx, (fault, isDocument) => {
        report(fault);
        if (isDocument && fault.object !== undefined) count(fault.object.type, -1);
      });
      return lineCount;
    },
  };
}

async function* once<T>(one: T): AsyncGenerator<T> {
  yield await Promise.resolve(one);
}
