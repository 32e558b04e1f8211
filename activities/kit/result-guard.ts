import { PipelineError } from '../../schemas/pipeline-error';

const resultBytesAtMost = 100_000;

/** Refuses a result that is more than references (decision 2): histories hold no data. */
export function guardResultSize(activity: string, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null), 'utf8');
  if (bytes > resultBytesAtMost) throw new PipelineError('ResultTooLarge', { activity, bytes });
}
