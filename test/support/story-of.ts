import type { GantryStack } from './gantry-stack';

/** Everything that Temporal keeps of all runs of a stack, every payload decoded, as one text. */
export async function storyOf({ temporal, settings }: GantryStack): Promise<string> {
  const texts: string[] = [];
  const query = `TaskQueue = "${settings.taskQueues.control}"`;
  for await (const workflow of temporal.workflow.list({ query })) {
    const handle = temporal.workflow.getHandle(workflow.workflowId, workflow.runId);
    const { raw } = await handle.describe();
    collectTexts(raw, texts);
    collectTexts(await handle.fetchHistory(), texts);
  }
  return texts.join('\n');
}

function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      texts.push(name);
      collectTexts(member, texts);
    }
  }
}
