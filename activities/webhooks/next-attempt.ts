const hourMs = 3_600_000;
const growth = 4;
const pauseAtMostMs = 12 * hourMs;

/** How often and how long a message is tried; milliseconds. */
export interface DeliveryPatience {
  /** The pause after the first attempt; each further one is four times longer, up to 12 hours. */
  readonly firstPauseMs: number;
  /** Age at which a message is given up. */
  readonly giveUpAfterMs: number;
}

/** Milliseconds until the next attempt of a message of this age, or null where it is given up. */
export function nextAttemptIn(
  message: { readonly attempts: number; readonly ageMs: number },
  { firstPauseMs, giveUpAfterMs }: DeliveryPatience,
): number | null {
  const pauseMs = Math.min(firstPauseMs * growth ** (message.attempts - 1), pauseAtMostMs);
  return message.ageMs + pauseMs > giveUpAfterMs ? null : pauseMs;
}
