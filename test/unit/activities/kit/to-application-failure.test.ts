import { describe, expect, it } from '@jest/globals';
import { toApplicationFailure } from '../../../../activities/kit/to-application-failure';
import { PipelineError } from '../../../../schemas/pipeline-error';

const databaseError = (code: string): Error =>
  Object.assign(new Error('deadlock of password=hush'), { code });

describe('toApplicationFailure', () => {
  it.each([
    ['40P01', 'DatabaseConflict'],
    ['40001', 'DatabaseConflict'],
    ['53100', 'DatabaseUnavailable'],
    ['57P01', 'DatabaseUnavailable'],
    ['08006', 'DatabaseUnavailable'],
    ['ECONNREFUSED', 'DatabaseUnavailable'],
  ])('RUN-1 lets what the database says with %s be tried again as %s', (code, type) => {
    const failure = toApplicationFailure(databaseError(code));
    expect(failure).toMatchObject({ type, nonRetryable: false });
    expect(failure.message).not.toContain('hush');
  });

  it('RUN-20 tells the code of a known error and none of its causes', () => {
    const error = new PipelineError(
      'TenantNotFound',
      { tenant: 'x' },
      { cause: new Error('hush') },
    );
    const failure = toApplicationFailure(error);
    expect(failure).toMatchObject({ type: 'TenantNotFound', nonRetryable: true });
    expect(JSON.stringify([failure.message, failure.stack, failure.cause ?? null])).not.toContain(
      'hush',
    );
  });
});
