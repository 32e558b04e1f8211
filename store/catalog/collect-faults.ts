import { toFinding, type DocumentFault } from '../../schemas/catalog/document-fault';
import { PipelineError } from '../../schemas/pipeline-error';

/** Faults that come with the error; more are counted, and each one is given to `onFault`. */
const maxFaultsKept = 100_000;

/** The faults of a load. */
export interface CollectedFaults {
  readonly kept: readonly DocumentFault[];
  readonly report: (fault: DocumentFault) => void;
  badLines(): number;
  /** `CatalogLinesInvalid` with a finding for each fault that is kept. */
  toError(): PipelineError;
}

interface Listeners {
  readonly locate?: ((fault: DocumentFault) => DocumentFault) | undefined;
  readonly onFault?: ((fault: DocumentFault) => void) | undefined;
}

/** A line's faults come one after another, so that lines are counted without remembering them. */
export function collectFaults({ locate, onFault }: Listeners): CollectedFaults {
  const kept: DocumentFault[] = [];
  let total = 0;
  let badLines = 0;
  let lastLine = 0;
  return {
    kept,
    report(found) {
      const fault = locate?.(found) ?? found;
      total += 1;
      if (fault.line !== lastLine) badLines += 1;
      lastLine = fault.line;
      if (kept.length < maxFaultsKept) kept.push(fault);
      onFault?.(fault);
    },
    badLines: () => badLines,
    toError: () =>
      new PipelineError(
        'CatalogLinesInvalid',
        { badLines, faults: total },
        { findings: [...kept].sort((a, b) => a.line - b.line).map(toFinding) },
      ),
  };
}
