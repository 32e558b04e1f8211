import { runSupervisor } from './run-supervisor';
import { StackPlan } from './stack-plan';

/**
 * The detached process that owns a stack: `node dist/local/supervisor.js <home>`, with the plan of
 * what runs on the servers as JSON in GANTRY_STACK_PLAN.
 */
void main();

async function main(): Promise<void> {
  const { GANTRY_STACK_PLAN: plan = '{}' } = process.env;
  delete process.env['GANTRY_STACK_PLAN'];
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort());
  }
  try {
    await runSupervisor({
      home: process.argv[2] ?? '.gantry',
      plan: StackPlan.parse(JSON.parse(plan)),
      signal: stop.signal,
      log: (line) => process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
    process.exitCode = 1;
  }
}
