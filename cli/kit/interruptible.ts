/** The exit status of a program that Ctrl-C ended. */
const interrupted = 130;

/**
 * Runs `body` with a signal that Ctrl-C or a SIGTERM gives, so that it can tidy up; the exit status
 * is 130 then.
 */
export async function interruptible(body: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    await body(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.exitCode = interrupted;
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}
