/** How many ids one parameter of the service takes. */
const AT_ONCE = 50

/** Ids in as many lists as it takes to ask for all of them. */
export function idLists(ids: readonly number[]): string[] {
  const lists: string[] = []
  for (let i = 0; i < ids.length; i += AT_ONCE) lists.push(ids.slice(i, i + AT_ONCE).join(','))
  return lists
}
