import { Context } from '@temporalio/activity';

/** Says how far the work is; the details show in the Temporal UI. */
export type Beat = (details: Readonly<Record<string, number>>) => void;

const beatEveryMs = 1_000;
/** Work that reports nothing new for so long is taken for hung: the beating stops and the engine runs it again. */
const stalledAfterMs = 5 * 60_000;

/**
 * Does streaming work under a heartbeat, so that a pause, a reset, a cancellation and a dead worker
 * are noticed within seconds (RUN-5). The signal aborts on each of them; an abort leaves as the
 * failure that Temporal expects, whatever error it caused in the streams.
 */
export async function beating<T>(
  work: (beat: Beat, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  let details: Readonly<Record<string, number>> = {};
  let lastNews = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - lastNews < stalledAfterMs) context.heartbeat(details);
  }, beatEveryMs);
  try {
    return await work((news) => {
      details = news;
      lastNews = Date.now();
    }, signal);
  } catch (error) {
    // A stream says AbortError; the server refuses that for a pause or a reset (docs/adr/0004).
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
  }
}
