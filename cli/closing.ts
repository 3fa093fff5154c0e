/** What was opened, to be closed in the reverse order whatever happens. */
export type Closing = (() => Promise<void>)[]

/** In the reverse order; one that fails must not keep the others open. */
export async function closeAll(opened: Closing): Promise<void> {
  const failures: unknown[] = []
  for (const close of opened.toReversed())
    await close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** All of it is opened, and what did is closed where something does not. */
export async function openedAll<T>(open: (opened: Closing) => Promise<T>): Promise<T> {
  const opened: Closing = []
  try {
    return await open(opened)
  } catch (error) {
    // Why it could not be opened says more than what came of that.
    await closeAll(opened).catch(() => {})
    throw error
  }
}

/** What was opened is closed when that has ended which it was opened for. */
export async function closedAfter<T>(use: (opened: Closing) => Promise<T>): Promise<T> {
  return openedAll(async (opened) => {
    const used = await use(opened)
    await closeAll(opened.splice(0))
    return used
  })
}
