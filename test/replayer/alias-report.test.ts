import { expect, test } from 'vitest'
import type { RunAlias } from '../../journal/runs.ts'
import { reportAliases, reportEntry, type ReportOptions } from '../../replayer/alias-report.ts'
import { aliasExplanation } from '../../replayer/alias-report-show.ts'
import { LEASE, newStream } from '../journal/entries.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'

const database = await createDatabase()

/** A run of so many entries, each of which made an alias and used that of the first. */
async function run(entries: number) {
  const journal = useJournal(database)
  const run = { stream: newStream(), target: 'http://t', selection: {}, planned: entries }
  const driving = await journal.startRun(run, LEASE)
  const positions = Array.from({ length: entries }, (_, position) => position)
  const at = { sentAt: 1, endedAt: 2 }
  const begun = positions.map((position) => ({ position, entry: 100 + position }))
  const noted = { withdrawn: [], ended: [], aliases: [] }
  await journal.note(driving, { ...noted, begun }, LEASE)
  const ended = positions.map((position) => ({
    ...{ ...at, position, entry: 100 + position },
    result: {
      ...{ outcome: 'same' as const, detail: null, answer: null },
      uses: {
        replaced: [{ place: 'path 2', producer: 100, from: 'json /id', value: 'old0' }],
        leftAlone: [{ place: 'json /n', value: '17', why: 'a small value' }],
      },
    },
  }))
  const aliases = positions.map((number): RunAlias & { number: number } => ({
    ...{ number, old: `old${number}`, new: `new${number}`, producer: 100 + number },
    ...{ place: 'json /id', secrecy: 'plain' },
    kind: { method: 'POST', path: '/things' },
  }))
  await journal.note(driving, { ...noted, begun: [], ended, aliases }, LEASE)
  return { journal, run: await journal.run(driving.run) }
}

async function itemsOf<T>(pages: AsyncIterable<{ items: readonly T[]; more: string }>) {
  const found: T[] = []
  let more = 'none'
  for await (const page of pages) {
    found.push(...page.items)
    more = page.more
  }
  return { found, more }
}

test('a run of many pages is told page by page, and uses beyond a hundred are counted', async () => {
  const { journal, run: many } = await run(2_500)
  const report = (options: ReportOptions) => reportAliases(journal, many, options)
  const all = await itemsOf(report({ limit: 5_000, uses: 'told' }).aliases)
  expect(all).toMatchObject({ more: 'none', found: { length: 2_500 } })
  expect(all.found[0]).toMatchObject({ number: 0, recorded: 'old0', moreUses: 2_400 })
  expect(all.found[0]!.uses).toHaveLength(100)
  expect(all.found[2_499]).toMatchObject({ recorded: 'old2499', uses: [], moreUses: 0 })
  const left = await itemsOf(report({ limit: 5_000, uses: 'told' }).leftAlone)
  expect(left).toMatchObject({ more: 'none', found: { length: 2_500 } })
  const some = report({ limit: 1_200, after: 9, uses: 'left' })
  const page = await itemsOf(some.aliases)
  expect(page).toMatchObject({ more: 'some', found: { length: 1_200 } })
  expect(page.found[0]).toMatchObject({ number: 10, uses: [] })
  expect(await itemsOf(some.leftAlone)).toStrictEqual({ found: [], more: 'none' })
  const cut = await itemsOf(report({ limit: 2_500, uses: 'told' }).leftAlone)
  expect(cut).toMatchObject({ more: 'none', found: { length: 2_500 } })
  expect(await itemsOf(report({ limit: 3, uses: 'told' }).leftAlone)).toMatchObject({
    ...{ more: 'some', found: { length: 3 } },
  })
})

test('one entry: what it made, where that was used, what it used and what was left in it', async () => {
  const { journal, run: few } = await run(2)
  const pieces: string[] = []
  const report = await reportEntry(journal, few, 100)
  for await (const piece of aliasExplanation(report, { column: 60 })) pieces.push(piece)
  expect(pieces.join('')).toBe(`\
0: old0 -> new0
  made by entry 100: POST /things: json /id
  used by entry 100: path 2
  used by entry 101: path 2
used by entry 100: path 2: old0 (made by entry 100: json /id)
left alone
  entry 100: json /n: 17 (a small value)
`)
})
