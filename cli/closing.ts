/** What was opened, to be closed in the reverse order whatever happens. */
export type Closing = (() => Promise<void>)[]

/** In the reverse order; one that fails must not keep the others open. */
export async function closeAll(opened: Closing): Promise<void> {
  const failures: unknown[] = []
  for (const close of opened.toReversed())
    await close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
