import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

const trail = (...argv: string[]) => injected(['trail', '--database-url', database, ...argv])

test('who did what is listed and searched, the newest first', async () => {
  const journal = useJournal(database)
  const by = (who: string) =>
    ({ who, role: 'replay', means: 'token', address: '10.0.0.4' }) as const
  const detail = { settlement: 'not_applied', entries: 2, up_to: 9, filter: { methods: ['PUT'] } }
  await journal.noteDeed({ ...by('ada'), action: 'settle', stream: 'shop', detail })
  await journal.noteDeed({
    ...{ ...by('grace'), action: 'label', stream: 'shop' },
    detail: { label: 'x', filter: { idFrom: 3, idTo: 7, statuses: ['500-599', '404-404'] } },
  })
  const { code, stdout } = await trail()
  expect(code).toBe(0)
  const [head, , newest, older] = stdout.split('\n')
  expect(head).toMatch(/id +when +who +role +means +from +deed +stream +detail$/)
  expect(newest).toMatch(
    / grace +replay +token +10\.0\.0\.4 +label +shop +'x' to ids 3 to 7; status 5xx, 404$/,
  )
  expect(older).toMatch(/ ada .* settle +shop +2 entries not applied \(PUT\)$/)
  const found = async (...more: string[]) => {
    const { stdout: printed } = await trail('--json', ...more)
    return (JSON.parse(printed) as { deeds: { who: string }[] }).deeds.map(({ who }) => who)
  }
  expect(await found('--action', 'settle,clear')).toEqual(['ada'])
  expect(await found('--who', 'grace')).toEqual(['grace'])
  expect(await found('--limit', '1')).toEqual(['grace'])
  expect(await found('--stream', 'none')).toEqual([])
  expect((await trail('--who', 'nobody')).stderr).toContain('no deed matches')
  expect((await trail('--action', 'steal')).code).toBe(2)
})
