import { rmSync } from 'node:fs';
import type { TestStack } from './start-stack';

/** Stops the servers that all tests share, and removes their folder. */
// jest asks for a default export.
// eslint-disable-next-line no-restricted-exports
export default async function stopStack(): Promise<void> {
  const { testStack } = globalThis as { testStack?: TestStack };
  if (testStack === undefined) return;
  await testStack.servers.stop();
  rmSync(testStack.home, { recursive: true, force: true });
}
