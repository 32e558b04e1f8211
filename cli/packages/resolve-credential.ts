import { PipelineError } from '../../schemas/pipeline-error';
import { readCredential } from '../kit/read-credential';

/** The help of `--credential-file`. */
export const credentialHelp =
  'the release credential, in a file or from stdin for - (or GANTRY_RELEASE_CREDENTIAL)';

/** The help of `--public-key`. */
export const publicKeyHelp =
  'the package has to be signed with one of these keys (files of gantry key export, or PEM)';

/**
 * The release credential: of the file that is named, else of GANTRY_RELEASE_CREDENTIAL, else none.
 * Throws `InvalidInput` where the file is missing or empty.
 */
export async function resolveCredential(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) {
    const named = process.env['GANTRY_RELEASE_CREDENTIAL'] ?? '';
    return named === '' ? undefined : named;
  }
  const credential = await readCredential(file);
  if (credential === '') throw new PipelineError('InvalidInput', { emptyCredentialFile: file });
  return credential;
}
