import { failures, type FailureCode } from './failures';
import type { Finding } from './runs/finding';

/** What an error says besides its code: plain values, never a secret. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>;

/** What may come with an error: the findings it sums up and the error that caused it. */
export interface PipelineErrorOptions {
  readonly cause?: unknown;
  readonly findings?: readonly Finding[];
}

/**
 * The one error of Gantry: a stable code of the catalogue in `failures.ts`, what it is about, and
 * the message and mending that the catalogue gives for it.
 *
 * @example throw new PipelineError('ReleaseNotFound', { release: id });
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: FailureCode;
  readonly details: ErrorDetails;
  readonly findings: readonly Finding[];

  constructor(code: FailureCode, details: ErrorDetails = {}, options: PipelineErrorOptions = {}) {
    super(
      describeFailure(code, details),
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.details = details;
    this.findings = options.findings ?? [];
  }

  /** What a person does about it, from the catalogue. */
  get fix(): string {
    return failures[this.code].fix;
  }
}

/** True for an error with the given code, whichever copy of this module made it. */
export function isPipelineError(error: unknown, code?: FailureCode): error is PipelineError {
  if (!(error instanceof Error) || error.name !== 'PipelineError') return false;
  return code === undefined || ('code' in error && error.code === code);
}

function describeFailure(code: FailureCode, details: ErrorDetails): string {
  const named = Object.entries(details)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return named.length === 0
    ? failures[code].message
    : `${failures[code].message} (${named.join('; ')})`;
}
