import { decodedBody } from '../../aliases/coding.ts'
import { BodyRewriter, type Syntax } from '../../aliases/streaming/body-rewriter.ts'
import type { Visit } from '../../aliases/site.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { Tally } from './tally.ts'

/** A body that is there whole with its values replaced; the same where none was. */
export function rewriteWhole(
  body: Buffer,
  {
    syntax,
    fields,
    visit,
    tally,
  }: { syntax: Syntax; fields: RawFields; visit: Visit; tally: Tally },
): Buffer | 'larger' {
  if (body.length === 0) return body
  const decoded = decodedBody(body, fields)
  if (decoded === 'larger') return 'larger'
  if (decoded === 'unreadable') {
    tally.untouched('coding')
    return body
  }
  let isChanged = false
  const rewriter = new BodyRewriter(syntax, fields, visit, {
    changed(change) {
      isChanged = true
      tally.changed(change)
    },
    flawed: (flaw) => tally.flawed(flaw),
  })
  const now = [rewriter.write(decoded.bytes), rewriter.end()]
  return isChanged ? decoded.encode(Buffer.concat(now)) : body
}
