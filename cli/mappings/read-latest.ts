import { isPipelineError, type Gantry, type MappingRule } from '../../client';

/** The rules that a change begins with: those of the latest version, none (version 0) without one. */
export async function readLatest(
  gantry: Gantry,
  ref: { readonly tenant: string; readonly source: string },
): Promise<{ readonly version: number; readonly rules: readonly MappingRule[] }> {
  try {
    return await gantry.mappings.show(ref);
  } catch (error) {
    if (isPipelineError(error, 'MappingNotFound')) return { version: 0, rules: [] };
    throw error;
  }
}
