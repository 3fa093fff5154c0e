import type { RawFields } from '../../wire/fields.ts'
import type { Secrets, StoredValue } from '../secrets.ts'

/** Fields as the journal keeps them, ordered pairs: `[["Host","a"],["Cookie",{"sealed":"..."}]]`. */
export type StoredFields = [name: string, value: StoredValue][]

export function storedFields(fields: RawFields, secrets: Secrets): StoredFields {
  const pairs: StoredFields = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const value = fields[i + 1]!
    pairs.push([name, secrets.isSecret(name, value) ? secrets.seal(name, value) : value])
  }
  return pairs
}

/** Fields as they came, and the names of those whose values are not to be had. */
export function openedFields(
  stored: StoredFields,
  secrets: Secrets,
): { fields: RawFields; withheld: readonly string[] } {
  const fields: string[] = []
  const withheld = new Set<string>()
  for (const [name, value] of stored) {
    const opened = secrets.open(name, value)
    if (opened === null) withheld.add(name)
    else fields.push(name, opened)
  }
  return { fields, withheld: [...withheld] }
}
