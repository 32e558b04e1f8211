import { createInterface } from 'node:readline/promises';
import { readCredential } from '../kit/read-credential';
import type { Session } from '../kit/session';

/**
 * The one-time code of a decision: from the file that is named, else asked for on a terminal where
 * the policy wants one. A command line is readable by everybody on the machine and takes none.
 */
export async function readCode(
  { gantry, output }: Session,
  request: string,
  codeFile: string | undefined,
): Promise<string | undefined> {
  if (codeFile !== undefined) return (await readCredential(codeFile)).trim();
  if (!output.interactive || !process.stdin.isTTY) return undefined;
  const { policy } = await gantry.approvals.show({ request });
  if (!policy.oneTimeCode) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`One-time code (gantry approval code ${request}): `);
  } finally {
    terminal.close();
  }
}
