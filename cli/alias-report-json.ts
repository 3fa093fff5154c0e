import type { AliasReport, ToldPage } from '../replayer/alias-report.ts'

// What `reprise aliases --json` prints: one document, written piece by piece.

export async function* aliasReportJson(report: AliasReport): AsyncGenerator<string> {
  const { run, aliases, used, leftAlone } = report
  yield `{\n  "run": ${run.id},\n  "stream": ${JSON.stringify(run.stream)},\n`
  yield `  "target": ${JSON.stringify(run.target)},\n`
  yield* list('aliases', aliases)
  yield* list('leftAlone', leftAlone)
  yield `  "used": ${JSON.stringify(used)}\n}\n`
}

/** The items, and whether there are more of them. */
async function* list<T>(name: string, pages: AsyncIterable<ToldPage<T>>): AsyncGenerator<string> {
  let isFirst = true
  let isCut = false
  yield `  "${name}": [`
  for await (const { items, more } of pages) {
    for (const item of items) {
      yield `${isFirst ? '' : ','}\n    ${JSON.stringify(item)}`
      isFirst = false
    }
    isCut ||= more === 'some'
  }
  yield `${isFirst ? '' : '\n  '}],\n  "${name}More": ${isCut},\n`
}
