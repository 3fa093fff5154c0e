import { pathOf, type Entry } from '../../journal/entry.ts'
import { fieldValue, withoutField, type RawFields } from '../../wire/fields.ts'
import type { AnswerParts, RequestParts } from '../../aliases/message.ts'
import type { Answer } from '../answer.ts'

// What of two answers has to be read at all: where nothing small was generated, what is the same in both
// says nothing, and that is nearly all of them.

/** Whether the path, or that of what was made, has other values than it had. */
export function isOfAnother(
  entry: Entry,
  sent: RequestParts,
  recorded: AnswerParts,
  answer: Answer,
): boolean {
  if (pathOf(sent.target) !== pathOf(entry.target)) return true
  if (entry.method !== 'POST') return false
  const [was, now] = [recorded, answer].map(({ fields }) => fieldValue(fields, 'location'))
  return was !== now || (was === undefined && recorded.body?.equals(answer.body) === false)
}

/** Both answers, where `same` is left without what is the same in both; null where all is. */
export function differing(
  recorded: AnswerParts,
  answer: AnswerParts,
  same: 'read' | 'left',
): [AnswerParts, AnswerParts] | null {
  if (same === 'read') return [recorded, answer]
  const isSameBody =
    recorded.body === null || answer.body === null || recorded.body.equals(answer.body)
  const [was, now] = differingFields(recorded.fields, answer.fields)
  if (isSameBody && was.length === 0) return null
  const typed = (of: RawFields, fields: RawFields) =>
    isSameBody ? fields : [...contentFields(of), ...fields]
  return [
    { fields: typed(recorded.fields, was), body: isSameBody ? null : recorded.body },
    { fields: typed(answer.fields, now), body: isSameBody ? null : answer.body },
  ]
}

/** Line by line where both have the same names in the same order, otherwise all of them. */
function differingFields(one: RawFields, other: RawFields): [RawFields, RawFields] {
  const isParallel =
    one.length === other.length && one.every((text, i) => i % 2 === 1 || text === other[i])
  if (!isParallel) return [withoutContent(one), withoutContent(other)]
  const was: string[] = []
  const now: string[] = []
  for (let i = 0; i < one.length; i += 2) {
    if (one[i + 1] === other[i + 1] || /^content-(?:type|encoding)$/i.test(one[i]!)) continue
    was.push(one[i]!, one[i + 1]!)
    now.push(other[i]!, other[i + 1]!)
  }
  return [was, now]
}

function withoutContent(fields: RawFields): string[] {
  return withoutField(withoutField(fields, 'content-type'), 'content-encoding')
}

/** What a body is read by. */
function contentFields(fields: RawFields): string[] {
  const found: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const { length } = fields[i]!
    if ((length === 12 || length === 16) && /^content-(?:type|encoding)$/i.test(fields[i]!)) {
      found.push(fields[i]!, fields[i + 1]!)
    }
  }
  return found
}
