import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowBundlePath } from './create-worker';

/** Builds the workflow bundle from the compiled workflows; part of `npm run build`. */
async function main(): Promise<void> {
  const problems: string[] = [];
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(__dirname, '..', 'workflows', 'index.js'),
      // What a forbidden import is called stands in the log only.
      logger: new DefaultLogger('WARN', ({ message }) => problems.push(message)),
    });
    await writeFile(workflowBundlePath, toAscii(code));
  } catch (error) {
    process.stderr.write(`${problems.join('\n')}\n${String(error)}\n`);
    process.exitCode = 1;
  }
}

/** The engine holds a text with any other character in twice the memory, in each of two isolates. */
function toAscii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

void main();
