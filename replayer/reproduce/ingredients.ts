import type { JournalReader } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { Dependencies } from './dependencies.ts'
import type { Minimised } from './minimise.ts'
import type { Ingredient } from './recipe.ts'
import type { ValuesOf } from './suspects.ts'

/** Of a body that is written into a script, in bytes. */
const MOST_BODY = 1024 * 1024

/** What a recipe of the smallest sequence is made of, the failure last. */
export async function ingredientsOf(
  journal: JournalReader,
  { ids, refused }: Minimised,
  failure: number,
  valuesOf: ValuesOf,
): Promise<Ingredient[]> {
  const dependencies = new Dependencies()
  const ingredients: Ingredient[] = []
  for (const id of [...ids, failure]) {
    // What they bring one another is told by their secrets too; none of those is written.
    const entry = await journal.entry(id, 'opened')
    const isHarmless = entry.verdict !== 'failed' && !refused.includes(id)
    ingredients.push({
      entry,
      body: await wholeBody(journal, entry),
      dependencies: dependencies.next(valuesOf(entry)),
      expects: isHarmless ? 'success' : 'anything',
    })
  }
  return ingredients
}

async function wholeBody(journal: JournalReader, entry: Entry): Promise<Buffer | null> {
  if (entry.requestLength > MOST_BODY) return null
  const pieces: Buffer[] = []
  for await (const piece of journal.body(entry, 'request')) pieces.push(piece)
  return Buffer.concat(pieces)
}
