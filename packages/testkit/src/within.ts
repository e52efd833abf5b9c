/** What `within` answers when nothing came in time. */
export const SILENCE: unique symbol = Symbol('silence')

/** The result of `work`, or {@link SILENCE} after `limitMs` milliseconds. Whatever `work` throws is thrown. */
export async function within<T>(limitMs: number, work: () => T | PromiseLike<T>): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, limitMs, SILENCE)
  })
  try {
    return await Promise.race([(async () => work())(), silence])
  } finally {
    clearTimeout(timer)
  }
}
