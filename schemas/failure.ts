/** What is known about a failure besides its code. */
export interface Failure {
  /** `transient`: try again later; `permanent`: trying again changes nothing. */
  readonly retry: 'transient' | 'permanent';
  readonly message: string;
  readonly fix: string;
}

/** A failure that trying again does not mend. */
export function permanent(message: string, fix: string): Failure & { readonly retry: 'permanent' } {
  return { retry: 'permanent', message, fix };
}

/** A failure that may be over later. */
export function transient(message: string, fix: string): Failure & { readonly retry: 'transient' } {
  return { retry: 'transient', message, fix };
}
