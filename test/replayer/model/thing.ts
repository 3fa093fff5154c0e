import type { IdSpace } from './ids.ts'

export type Kind = 'project' | 'item' | 'task' | 'file' | 'note' | 'slot' | 'doc' | 'export'

/** Something that the backend keeps. Clients name it, each thing otherwise: by that it is known again. */
export interface Thing {
  readonly kind: Kind
  readonly name: string
  readonly id: string | number
  /** Where its id is one of; null: the client made it. */
  readonly space: IdSpace | null
  /** Said by clients, never looked at. */
  values: Record<string, unknown>
  link: Thing | null
  members: Thing[]
  file: Thing | null
  parts: Thing[]
  partSpace: IdSpace | null
  tag: string
  readonly createdAt: string
  state: 'there' | 'gone'
}

/** What a backend keeps, with names in the place of ids. */
export function canonical(things: Iterable<Thing>): Record<string, unknown> {
  const shown: [string, unknown][] = []
  for (const thing of things) {
    if (thing.state === 'gone') continue
    const { kind, name, values, link, members, file, parts } = thing
    const isClients = thing.space === null ? { id: thing.id } : {}
    shown.push([
      `${kind} ${name}`,
      {
        ...isClients,
        values,
        ...{ link: link?.name ?? null, file: file?.name ?? null },
        members: members.map((one) => one.name),
        parts: parts.map((one) => one.name).sort(),
      },
    ])
  }
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)))
}
